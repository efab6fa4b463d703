using BenchmarkDotNet.Running;
using Octet.Benchmarks;

switch (args)
{
    case ["layers", .. var options]: LayerSpeed.Print(options); break;
    case ["models", var seconds, .. var models]: ModelSpeed.Print(double.Parse(seconds), models); break;
    default: BenchmarkSwitcher.FromAssembly(typeof(LayerSpeed).Assembly).Run(args); break;
}
