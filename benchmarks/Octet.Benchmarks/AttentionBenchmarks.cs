using BenchmarkDotNet.Attributes;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Benchmarks;

/// <summary>What a transformer does besides products: softmax, normalization of rows, GELU and transpositions, at the sizes of ViT-Tiny,
/// against plain loops.</summary>
/// <remarks>Allocated stays at zero, but for the few bytes in which a transposition keeps its axes.</remarks>
[MemoryDiagnoser]
public class AttentionBenchmarks
{
    const int Tokens = 197;

    const int Width = 192;

    readonly Tensor[] _scores = [Numbers(3, Tokens, Tokens)];
    readonly Tensor[] _shares = [Numbers(3, Tokens, Tokens)];
    readonly Tensor[] _rows = [Numbers(1, Tokens, Width), Numbers(Width), Numbers(Width)];
    readonly Tensor[] _normalized = [Numbers(1, Tokens, Width)];
    readonly Tensor[] _keys = [Numbers(1, 3, Tokens, 64)];
    readonly Tensor[] _turned = [Numbers(1, 3, 64, Tokens)];
    readonly Softmax _softmax = new(-1);
    readonly LayerNormalization _normalization = new(-1, 1e-5f, DataType.Float32);
    readonly Gelu _gelu = new(ByTanh: false);
    readonly Transpose _transpose = new([0, 1, 3, 2]);

    [Benchmark]
    public void SoftmaxOfScores() => _softmax.Run(_scores, _shares);

    [Benchmark]
    public void SoftmaxByDefinition()
    {
        for (var start = 0; start < _scores[0].Length; start += Tokens)
        {
            var (greatest, sum) = (float.NegativeInfinity, 0f);
            var x = _scores[0].Floats.Slice(start, Tokens);
            var y = _shares[0].Floats.Slice(start, Tokens);
            foreach (var value in x) greatest = Math.Max(greatest, value);
            for (var i = 0; i < Tokens; i++) sum += y[i] = MathF.Exp(x[i] - greatest);
            for (var i = 0; i < Tokens; i++) y[i] /= sum;
        }
    }

    [Benchmark]
    public void NormalizationOfRows() => _normalization.Run(_rows, _normalized);

    [Benchmark]
    public void NormalizationByDefinition()
    {
        for (var start = 0; start < _rows[0].Length; start += Width)
        {
            var (sum, squares) = (0f, 0f);
            var x = _rows[0].Floats.Slice(start, Width);
            var y = _normalized[0].Floats.Slice(start, Width);
            foreach (var value in x) sum += value;
            foreach (var value in x) squares += (value - sum / Width) * (value - sum / Width);
            var factor = 1 / MathF.Sqrt(squares / Width + 1e-5f);
            for (var i = 0; i < Width; i++) y[i] = (x[i] - sum / Width) * factor * _rows[1].Floats[i] + _rows[2].Floats[i];
        }
    }

    [Benchmark]
    public void GeluOfRows() => _gelu.Run(_rows, _normalized);

    [Benchmark]
    public void TranspositionOfKeys() => _transpose.Run(_keys, _turned);

    static Tensor Numbers(params int[] shape)
    {
        var random = new Random(1);
        var tensor = new Tensor(DataType.Float32, new Shape(shape));
        foreach (ref var number in tensor.Floats) number = random.NextSingle() * 4 - 2;
        return tensor;
    }
}
