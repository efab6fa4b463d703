using Octet.Calibration;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Planning;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>Tells what products lose that read one value, when its channels are divided by factors and the weights multiplied by
/// them.</summary>
sealed class SmoothingTrial
{
    readonly SmoothedPlace _place;
    readonly RecordedRows _rows;
    readonly int _threads;
    readonly float[] _maxima;

    /// <summary>[outputs, channels] of each product.</summary>
    readonly float[][] _weights;

    readonly float[] _greatestWeights;
    readonly double[] _powers;

    /// <param name="place">The value and its products.</param>
    /// <param name="rows">What the float model makes of it.</param>
    /// <param name="threads">How many output channels may be computed side by side.</param>
    public SmoothingTrial(SmoothedPlace place, RecordedRows rows, int threads)
    {
        (_place, _rows, _threads) = (place, rows, threads);
        _maxima = new float[rows.Channels];
        foreach (var sample in rows.Samples) RaiseByRows(_maxima, sample);
        _weights = [.. place.Layers.Select(layer => layer.Weight.Constant!).Zip(place.Layers,
            (weights, layer) => layer.Node.Operator.AsProduct(weights.Shape)!.MatrixOf(weights))];
        _greatestWeights = new float[rows.Channels];
        foreach (var weights in _weights) RaiseByRows(_greatestWeights, weights);
        _powers = [.. _weights.Select(weights => PowerOf(rows.Samples, weights, []))];
    }

    /// <summary>The factors of a strength, 0..1; 1 for channels that are always zero.</summary>
    public float[] FactorsOf(float strength)
    {
        var factors = new float[_rows.Channels];
        for (var channel = 0; channel < factors.Length; channel++)
        {
            var factor = MathF.Pow(_maxima[channel], strength) / MathF.Pow(_greatestWeights[channel], 1 - strength);
            factors[channel] = factor > 0 && float.IsFinite(factor) ? factor : 1;
        }
        return factors;
    }

    /// <summary>The squared error of each product's output as a share of its power; infinite where data are not finite, which the choice of
    /// ranges tells with the place.</summary>
    /// <param name="factors">One for each channel; empty for none.</param>
    public double[] ErrorsWith(float[] factors)
    {
        var data = _rows.Samples.Select(sample => Scaled(sample, factors, isDivided: true)).ToArray();
        if (!data.All(sample => MinMax.Of(sample).IsFinite)) return [.. _weights.Select(_ => double.PositiveInfinity)];
        if (_place.IsDynamic) foreach (var sample in data) Round(sample, ParametersOf([sample]));
        else
        {
            var parameters = ParametersOf(data);
            foreach (var sample in data) Round(sample, parameters);
        }
        return [.. _weights.Select((weights, index) => ErrorOf(index, Rounded(index, Scaled(weights, factors, isDivided: false)), data))];
    }

    double ErrorOf(int index, float[] rounded, float[][] data)
    {
        var error = 0.0;
        for (var sample = 0; sample < data.Length; sample++)
            error += Sum(_rows.Samples[sample], _weights[index], data[sample], rounded);
        return _powers[index] > 0 ? error / _powers[index] : 0;
    }

    double PowerOf(IReadOnlyList<float[]> samples, float[] weights, float[] nothing) =>
        samples.Sum(sample => Sum(sample, weights, nothing, nothing));

    /// <summary>The sum of squares of <c>data · weightsᵀ − otherData · otherWeightsᵀ</c>; other operands that are empty count as
    /// 0.</summary>
    double Sum(float[] data, float[] weights, float[] otherData, float[] otherWeights)
    {
        var (depth, outputs) = (_rows.Channels, weights.Length / _rows.Channels);
        // Kept for each output and added up in their order, so that threads change nothing.
        var sums = new double[outputs];
        ParallelWork.ForEach(outputs, _threads, output =>
        {
            var row = weights.AsSpan(output * depth, depth);
            for (var start = 0; start < data.Length; start += depth)
            {
                var difference = TensorPrimitives.Dot<float>(data.AsSpan(start, depth), row);
                if (otherData.Length > 0)
                    difference -= TensorPrimitives.Dot<float>(otherData.AsSpan(start, depth), otherWeights.AsSpan(output * depth, depth));
                sums[output] += (double)difference * difference;
            }
        });
        return sums.Sum();
    }

    float[] Rounded(int index, float[] weights)
    {
        var layer = _place.Layers[index];
        var spec = layer.Spec with { PerChannel = layer.Axis is not null };
        var tensor = Tensor.Of<float>([weights.Length / _rows.Channels, _rows.Channels], weights);
        return LinearQuantizer.FakeQuantize(tensor, WeightQuantizer.Parameters(tensor, spec, 0, method: layer.Method)).Floats.ToArray();
    }

    QuantizationParameters ParametersOf(IReadOnlyList<float[]> data) =>
        QuantizationParameters.From(data.Aggregate(ValueRange.Nothing, (all, sample) => all.Union(MinMax.Of(sample))), _place.Spec);

    static void Round(float[] data, QuantizationParameters parameters)
    {
        var tensor = Tensor.Of<float>([data.Length], data);
        LinearQuantizer.FakeQuantize(tensor, parameters).Floats.CopyTo(data);
    }

    static float[] Scaled(float[] rows, float[] factors, bool isDivided)
    {
        var scaled = (float[])rows.Clone();
        for (var start = 0; start < scaled.Length && factors.Length > 0; start += factors.Length)
        {
            var row = scaled.AsSpan(start, factors.Length);
            if (isDivided) TensorPrimitives.Divide<float>(row, factors, row);
            else TensorPrimitives.Multiply<float>(row, factors, row);
        }
        return scaled;
    }

    static void RaiseByRows(float[] maxima, float[] rows)
    {
        for (var start = 0; start < rows.Length; start += maxima.Length)
            TensorPrimitives.MaxMagnitude<float>(maxima, rows.AsSpan(start, maxima.Length), maxima);
        TensorPrimitives.Abs<float>(maxima, maxima);
    }
}
