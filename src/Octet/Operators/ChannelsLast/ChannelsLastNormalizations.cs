using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary><see cref="BatchNormalization"/> on images with channels last, with parameters that are values like any other.
/// float32.</summary>
sealed record ChannelsLastBatchNormalization(float Epsilon) : Operator
{
    public override string OpType => nameof(BatchNormalization);

    public override int RequiredInputs => 5;

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 3);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(DataType.Float32, inputs[0].Shape)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        using var factors = new Scratch<float>(inputs[1].Length);
        using var offsets = new Scratch<float>(inputs[1].Length);
        new BatchNormalization(Epsilon).Lines<float>(inputs[1..], factors.Span, offsets.Span);
        ChannelLines.Map(inputs[0].Floats, factors.Span, offsets.Span, outputs[0].Floats);
    }

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var channels = pass.InputShape(1).Length;
        var (mean, variance) = (pass.Inputs[3], pass.Inputs[4]);
        using var inverses = new Scratch<float>(channels);
        using var terms = new Scratch<float>(channels);
        for (var i = 0; i < channels; i++) inverses.Span[i] = 1 / MathF.Sqrt(variance.Floats[i] + Epsilon);
        terms.Span.Clear();
        if (pass.Wants(1, out var gradient))
        {
            ColumnSums.OfProducts(pass.FirstUpstream.Floats, terms.Span, pass.Inputs[0].Floats, mean.Floats, gradient.Floats);
            TensorPrimitives.Multiply(gradient.Floats, inverses.Span, gradient.Floats);
        }
        if (pass.Wants(2, out gradient)) ColumnSums.Of(pass.FirstUpstream.Floats, gradient.Floats);
        if (!pass.Wants(0, out gradient)) return;
        TensorPrimitives.Multiply(inverses.Span, pass.Inputs[1].Floats, inverses.Span);
        ChannelLines.Map(pass.FirstUpstream.Floats, inverses.Span, terms.Span, gradient.Floats);
    }
}

/// <summary><see cref="TrainingBatchNormalization"/> on images with channels last. float32; the running variance is the unbiased
/// one.</summary>
sealed record ChannelsLastTrainingBatchNormalization(float Epsilon, float Momentum) : Operator
{
    public override string OpType => nameof(BatchNormalization);

    public override int RequiredInputs => 5;

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 3);

    public override int MaxOutputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(DataType.Float32, inputs[0].Shape), new(DataType.Float32, inputs[3].Shape), new(DataType.Float32, inputs[4].Shape)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (channels, rows) = (inputs[1].Length, Math.Max(1, inputs[0].Length / Math.Max(1, inputs[1].Length)));
        using var means = new Scratch<float>(channels);
        using var variances = new Scratch<float>(channels);
        using var factors = new Scratch<float>(channels);
        using var offsets = new Scratch<float>(channels);
        Statistics(inputs[0].Floats, means.Span, variances.Span, rows);
        for (var i = 0; i < channels; i++)
        {
            factors.Span[i] = inputs[1].Floats[i] / MathF.Sqrt(variances.Span[i] + Epsilon);
            offsets.Span[i] = inputs[2].Floats[i] - means.Span[i] * factors.Span[i];
            var unbiased = rows > 1 ? variances.Span[i] * rows / (rows - 1f) : variances.Span[i];
            if (outputs.Optional(1) is { } mean) mean.Floats[i] = inputs[3].Floats[i] * Momentum + means.Span[i] * (1 - Momentum);
            if (outputs.Optional(2) is { } variance) variance.Floats[i] = inputs[4].Floats[i] * Momentum + unbiased * (1 - Momentum);
        }
        ChannelLines.Map(inputs[0].Floats, factors.Span, offsets.Span, outputs[0].Floats);
    }

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var (x, upstream, channels) = (pass.Inputs[0], pass.FirstUpstream, pass.InputShape(1).Length);
        var rows = Math.Max(1, x.Length / Math.Max(1, channels));
        using var means = new Scratch<float>(channels);
        using var inverses = new Scratch<float>(channels);
        using var sums = new Scratch<float>(channels);
        using var products = new Scratch<float>(channels);
        Statistics(x.Floats, means.Span, inverses.Span, rows);
        for (var i = 0; i < channels; i++) inverses.Span[i] = 1 / MathF.Sqrt(inverses.Span[i] + Epsilon);
        sums.Span.Clear();
        ColumnSums.OfProducts(upstream.Floats, sums.Span, x.Floats, means.Span, products.Span);
        ColumnSums.Of(upstream.Floats, sums.Span);
        if (pass.Wants(1, out var gradient)) TensorPrimitives.Multiply(products.Span, inverses.Span, gradient.Floats);
        if (pass.Wants(2, out gradient)) sums.Span.CopyTo(gradient.Floats);
        if (!pass.Wants(0, out gradient)) return;

        // factor · (upstream − sum/rows − (x − mean) · slope), as upstream · factor + (x · b + c).
        for (var i = 0; i < channels; i++)
        {
            var (factor, slope) =
                (pass.Inputs[1].Floats[i] * inverses.Span[i], inverses.Span[i] * inverses.Span[i] * products.Span[i] / rows);
            (inverses.Span[i], products.Span[i], sums.Span[i]) =
                (factor, -factor * slope, factor * (means.Span[i] * slope - sums.Span[i] / rows));
        }
        ChannelLines.Map(x.Floats, products.Span, sums.Span, gradient.Floats);
        ChannelLines.Add(upstream.Floats, inverses.Span, gradient.Floats);
    }

    static void Statistics(ReadOnlySpan<float> x, Span<float> means, Span<float> variances, int rows)
    {
        ColumnSums.Of(x, means);
        TensorPrimitives.Divide(means, rows, means);
        ColumnSums.OfProducts(x, means, x, means, variances);
        TensorPrimitives.Divide(variances, rows, variances);
    }
}

/// <summary>A line for each channel, <c>y = x · factor + offset</c>, over all pixels.</summary>
static class ChannelLines
{
    public static void Map(ReadOnlySpan<float> x, ReadOnlySpan<float> factors, ReadOnlySpan<float> offsets, Span<float> y)
    {
        for (var at = 0; at < x.Length; at += factors.Length)
            TensorPrimitives.MultiplyAdd(x.Slice(at, factors.Length), factors, offsets, y.Slice(at, factors.Length));
    }

    /// <summary><c>y += x · factor</c>.</summary>
    public static void Add(ReadOnlySpan<float> x, ReadOnlySpan<float> factors, Span<float> y)
    {
        for (var at = 0; at < x.Length; at += factors.Length)
            TensorPrimitives.MultiplyAdd(x.Slice(at, factors.Length), factors, y.Slice(at, factors.Length), y.Slice(at, factors.Length));
    }
}
