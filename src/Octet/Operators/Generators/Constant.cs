using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Constant</c>: a tensor that is part of the model, given whole or (since opset 12) as a number, a string, or a list of
/// them.</summary>
sealed record Constant(Tensor Value) : MovingOperator
{
    public static Constant From(Attributes attributes)
    {
        foreach (var (name, value) in attributes)
        {
            if (name.StartsWith("value", StringComparison.Ordinal) && Wrap(value) is { } tensor) return new(tensor);
        }
        throw attributes.Has("sparse_value")
            ? new AttributeException("attribute 'sparse_value' holds a sparse tensor, which Octet does not read; write the constant as a "
                + "dense one ('value')")
            : AttributeException.Missing("value");
    }

    public override int RequiredInputs => 0;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => Value.Type;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [TensorInfo.Of(Value)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Value.CopyTo(outputs[0]);

    static Tensor? Wrap(object value) => value switch
    {
        Tensor tensor => tensor,
        long number => Tensor.Scalar(number),
        float number => Tensor.Scalar(number),
        string text => Tensor.OfStrings(Shape.Scalar, [text]),
        long[] numbers => Tensor.Vector(numbers),
        float[] numbers => Tensor.Of<float>([numbers.Length], numbers),
        string[] texts => Tensor.OfStrings([texts.Length], texts),
        _ => null,
    };
}
