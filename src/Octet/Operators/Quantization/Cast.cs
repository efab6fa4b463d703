using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Cast</c>, since opset 6, and <c>CastLike</c>, since 15: the same elements in another type, for any shape.</summary>
/// <param name="To">The type; null for that of a second input, as CastLike has it.</param>
/// <param name="Saturate">Whether what is too large for a real type of 8 bits becomes its greatest number, rather than infinity or
/// NaN.</param>
/// <param name="Rounding">What becomes of numbers between two powers of two where the type has no others.</param>
sealed record Cast(DataType? To, bool Saturate, PowerRounding Rounding) : Operator
{
    public static Cast From(Attributes attributes) =>
        Like(attributes.ElementTypeOrNull("to") ?? throw AttributeException.Missing("to"), attributes);

    public static Cast LikeFrom(Attributes attributes) => Like(null, attributes);

    public override string OpType => To is null ? "CastLike" : nameof(Cast);

    public override int RequiredInputs => To is null ? 2 : 1;

    public override bool TakesReducedPrecision => true;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => To ?? inputs.TypeAt(1);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(To ?? inputs[1].Type, inputs[0].Shape)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        TypeConversion.Convert(inputs[0], outputs[0], Saturate, Rounding);

    static Cast Like(DataType? to, Attributes attributes) =>
        new(to, attributes.Flag("saturate", fallback: true), attributes.String("round_mode", fallback: "up") switch
        {
            "up" => PowerRounding.Up,
            "down" => PowerRounding.Down,
            "nearest" => PowerRounding.Nearest,
            var other => throw AttributeException.BadValue("round_mode", other, "up, down, nearest"),
        });

    internal override GradientFacts? Gradient => To is null or { IsFloat: true } ? new(GradientReads.Nothing, Inputs: 1) : null;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) TypeConversion.Convert(pass.FirstUpstream, gradient, Saturate, Rounding);
    }
}
