using BenchmarkDotNet.Running;
using Octet.Benchmarks;

switch (args)
{
    case ["layers", .. var options]: LayerSpeed.Print(options); break;
    case ["models", var seconds, .. var models]: ModelSpeed.Print(double.Parse(seconds), models); break;
    case ["steps", var seconds, var model]: StepSpeed.Print(double.Parse(seconds), model); break;
    default: BenchmarkSwitcher.FromAssembly(typeof(LayerSpeed).Assembly).Run(args); break;
}
