using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>NonZero</c>: the coordinates of all elements that are not zero, int64 [rank, count], in row-major order of the
/// elements.</summary>
sealed record NonZero : Operator
{
    public static NonZero From(Attributes attributes) => new();

    public override bool TakesReducedPrecision => true;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Int64;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(DataType.Int64, inputs[0].Value is { } value ? [value.Shape.Rank, AreNonZero(value).Count(true)] : Shape.Unknown)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        var nonZero = AreNonZero(inputs[0]);
        var coordinates = outputs[0].Longs;
        var strides = shape.GetStrides();
        var (count, found) = (outputs[0].Shape[1], 0);
        for (var i = 0; i < nonZero.Length; i++)
        {
            if (!nonZero[i]) continue;
            for (var axis = 0; axis < strides.Length; axis++) coordinates[axis * count + found] = i / strides[axis] % shape[axis];
            found++;
        }
    }

    static Span<bool> AreNonZero(Tensor tensor)
    {
        var nonZero = new Tensor(DataType.Bool, tensor.Shape);
        TypeConversion.Convert(tensor, nonZero);
        return nonZero.AsSpan<bool>();
    }
}
