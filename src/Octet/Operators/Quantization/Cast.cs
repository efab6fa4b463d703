using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Cast</c>, since opset 6: the same elements in another type, for any shape.</summary>
public sealed record Cast(DataType To) : Operator
{
    public static Cast From(Attributes attributes)
    {
        var to = (DataType)attributes.Int("to");
        return Enum.IsDefined(to) && to != DataType.Undefined
            ? new(to)
            : throw AttributeException.BadValue("to", (long)to, "the number of an element type");
    }

    public override bool TakesReducedPrecision => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(To, inputs[0].Shape)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => TypeConversion.Convert(inputs[0], outputs[0]);
}
