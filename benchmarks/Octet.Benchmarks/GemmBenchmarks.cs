using BenchmarkDotNet.Attributes;
using Octet.Kernels;

namespace Octet.Benchmarks;

/// <summary>The product that pointwise convolutions and fully connected layers are made of, against its definition.</summary>
/// <remarks>The figure to watch is Ratio; Allocated stays at zero.</remarks>
[MemoryDiagnoser]
public class GemmBenchmarks
{
    float[] _left = [], _right = [], _output = [];
    PackedMatrix? _packed;

    /// <summary>Pixels, input channels and output channels of three layers of MobileNetV2, from its first block to its
    /// classifier.</summary>
    [Params("12544,16,96", "196,384,64", "1,1280,1000")]
    public string Layer { get; set; } = "";

    int Rows => int.Parse(Layer.Split(',')[0]);

    int Depth => int.Parse(Layer.Split(',')[1]);

    int Columns => int.Parse(Layer.Split(',')[2]);

    [GlobalSetup]
    public void CreateMatrices()
    {
        var random = new Random(1);
        _left = [.. Enumerable.Range(0, Rows * Depth).Select(_ => random.NextSingle())];
        _right = [.. Enumerable.Range(0, Depth * Columns).Select(_ => random.NextSingle())];
        _output = new float[Rows * Columns];
        _packed = PackedMatrix.Of(_right, Depth, Columns, isTransposed: false);
    }

    [Benchmark(Baseline = true)]
    public void Definition() => Gemm.MultiplyReference(_left, _right, [], _output, Rows, Columns, Limits.Relu, []);

    [Benchmark]
    public void Packed() => Gemm.Multiply(_left, _packed!, _output, Rows, Limits.Relu);
}
