using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// <see cref="FakeQuantize"/> whose range follows the batches that pass by, as PyTorch's moving average does while it trains. Inputs: x;
/// the range so far, [least, greatest], infinite and turned around before the first batch. Outputs: y, rounded with the new range; the new
/// range. float32. Octet's own operator.
/// </summary>
/// <remarks>Straight through where rounding does not saturate; a range gets no gradient, because it is a statistic. The first batch counts
/// in full.</remarks>
/// <param name="Spec">The integers, and how a range becomes a scale and a zero point.</param>
/// <param name="Share">The share of a new batch in the average; 0.01 in PyTorch.</param>
sealed record FollowingFakeQuantize(QuantizationSpec Spec, float Share) : Operator
{
    public override int RequiredInputs => 2;

    internal override GradientFacts Gradient => new(GradientReads.Inputs | GradientReads.Outputs, Inputs: 1);

    public override int MaxOutputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if (inputs[0].Type != DataType.Float32) throw OperatorException.UnsupportedType(inputs[0].Type);
        return [new(DataType.Float32, inputs[0].Shape), new(DataType.Float32, [2])];
    }

    /// <summary>The range before the first batch.</summary>
    public static Tensor NoRange() => Tensor.Of([2], [float.PositiveInfinity, float.NegativeInfinity]);

    /// <summary>The integers of a range.</summary>
    public QuantizationParameters Parameters(ReadOnlySpan<float> range) =>
        QuantizationParameters.From(new ValueRange(range[0], range[1]), Spec);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        Span<float> range = stackalloc float[2];
        inputs[1].Floats.CopyTo(range);
        var (min, greatest) = (TensorPrimitives.Min<float>(inputs[0].Floats), TensorPrimitives.Max<float>(inputs[0].Floats));
        if (range[0] > range[1]) (range[0], range[1]) = (min, greatest);
        else (range[0], range[1]) = (range[0] + Share * (min - range[0]), range[1] + Share * (greatest - range[1]));
        LinearQuantizer.FakeQuantize(inputs[0].Floats, outputs[0].Floats, inputs[0].Shape, Parameters(range));
        if (outputs.Optional(1) is { } updated) range.CopyTo(updated.Floats);
    }

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient))
            LinearQuantizer.StraightThrough(pass.Inputs[0].Floats, pass.FirstUpstream.Floats, gradient.Floats, gradient.Shape,
                Parameters(pass.Outputs[1].Floats));
    }
}
