using BenchmarkDotNet.Attributes;
using Octet.Kernels;
using Octet.Numerics;

namespace Octet.Benchmarks;

/// <summary>What calibration does with each value of a network: its range, and its histogram, against their definitions.</summary>
/// <remarks>The figure to watch is the time of a value; it is to be that of reading memory. Allocated stays at zero.</remarks>
[MemoryDiagnoser]
public class ObservationBenchmarks
{
    const float BinsPerUnit = 128;

    readonly long[] _counts = new long[2 * 2048];
    float[] _values = [];
    ValueRange _range;

    /// <summary>Values that lie behind a ReLU, of which half are zero, or behind a linear layer.</summary>
    [Params(true, false)]
    public bool IsBehindRelu { get; set; }

    [GlobalSetup]
    public void CreateValues()
    {
        var random = new Random(1);
        _values = [.. Enumerable.Range(0, HistogramKernel.MaxLength).Select(_ => random.NextSingle() * 8 - 4)];
        if (IsBehindRelu) _values = Array.ConvertAll(_values, value => Math.Max(0, value));
        _range = MinMax.Of(_values);
    }

    [Benchmark]
    public ValueRange RangeByDefinition() => MinMax.Reference(_values);

    [Benchmark]
    public ValueRange Range() => MinMax.Of(_values);

    [Benchmark]
    public int HistogramByDefinition() => HistogramKernel.Reference(_values, BinsPerUnit, _counts);

    [Benchmark]
    public int Histogram() => HistogramKernel.Count(_values, _range, BinsPerUnit, _counts);
}
