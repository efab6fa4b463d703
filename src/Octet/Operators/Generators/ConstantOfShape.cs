using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>ConstantOfShape</c>: a tensor of the extents that its input [rank] names, filled with one value (float32 zero where it
/// is left out).</summary>
sealed record ConstantOfShape(Tensor Value) : MovingOperator
{
    /// <summary>Up to this number of elements are computed before the model runs: they are extents and indices.</summary>
    const int Small = 64;

    public static ConstantOfShape From(Attributes attributes)
    {
        var value = attributes.Has("value") ? attributes.Tensor("value") : Tensor.Scalar(0f);
        return value.Length == 1 ? new(value) : throw AttributeException.BadValue("value", value, "a tensor of one element");
    }

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => Value.Type;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if (inputs.Integers(0) is not { } extents) return [new(Value.Type, Shape.Unknown)];

        var shape = Shape.From(extents);
        return [shape.Length <= Small ? TensorInfo.Of(Filled(new(Value.Type, shape))) : new(Value.Type, shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Filled(outputs[0]);

    Tensor Filled(Tensor tensor)
    {
        ElementMove.Apply(Value, tensor, new Fill());
        return tensor;
    }
}
