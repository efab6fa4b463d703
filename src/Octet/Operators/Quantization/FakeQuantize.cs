using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// Rounds each value to an integer step and back, so that a float graph computes what the integer graph will. Octet's own operator:
/// an export writes it as QuantizeLinear and DequantizeLinear.
/// </summary>
/// <param name="Parameters">One scale and zero point, or one for each channel along an axis.</param>
sealed record FakeQuantize(QuantizationParameters Parameters) : Operator
{
    public const string DomainName = "octet";

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => inputs[0].Type == DataType.Float32
        ? [new(DataType.Float32, inputs[0].Shape)]
        : throw OperatorException.UnsupportedType(inputs[0].Type);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        LinearQuantizer.FakeQuantize(inputs[0].Floats, outputs[0].Floats, inputs[0].Shape, Parameters);

    /// <summary>Rounds any part of a tensor that has one scale.</summary>
    internal void Map(ReadOnlySpan<float> x, Span<float> y) => LinearQuantizer.FakeQuantize(
        x, y, Parameters.Scale, Parameters.ZeroPoint, Parameters.Spec.Low, Parameters.Spec.High, Parameters.Spec.Rounding);

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    /// <summary>Straight through: 1 where rounding stays within the integers, their bounds included, and 0 where it saturates.</summary>
    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient))
            LinearQuantizer.StraightThrough(pass.Inputs[0].Floats, pass.FirstUpstream.Floats, gradient.Floats, gradient.Shape, Parameters);
    }
}
