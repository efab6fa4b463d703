using BenchmarkDotNet.Running;
using Octet.Benchmarks;

if (args is ["layers", .. var options])
{
    LayerSpeed.Print(options);
    return;
}
BenchmarkSwitcher.FromAssembly(typeof(LayerSpeed).Assembly).Run(args);
