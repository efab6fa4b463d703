using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>OneHot</c>: inputs indices, depth (a scalar) and values [off, on]; the output has a new axis of that depth, with the on value
/// where its place equals the index. Negative indices count from the end; for those out of bounds all is off.
/// </summary>
sealed record OneHot(long Axis) : MovingOperator
{
    public static OneHot From(Attributes attributes) => new(attributes.Int("axis", fallback: -1));

    public override int RequiredInputs => 3;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => inputs.TypeAt(2);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (indices, type) = (inputs[0].Shape, inputs[2].Type);
        var axis = Shape.NormalizeAxis(Axis, indices.Rank + 1);
        if (inputs[2].Shape.Length != 2)
            throw new ShapeException($"two values, off and on, are expected, but their shape is {inputs[2].Shape}");
        if (inputs[1].Value is not { } depth) return [new(type, Shape.Unknown)];

        var count = AsIntegers(depth) is [var only] ? only : throw new OperatorException($"one depth is expected, but it is {depth}");
        return [new(type, Shape.From([.. Longs(indices[..axis]), count, .. Longs(indices[axis..])]))];

        static long[] Longs(ReadOnlySpan<int> extents) => Array.ConvertAll(extents.ToArray(), extent => (long)extent);
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (outputs[0].Length == 0) return;

        var axis = Shape.NormalizeAxis(Axis, inputs[0].Shape.Rank + 1);
        var (depth, inner) = (outputs[0].Shape[axis], outputs[0].Shape.LengthOf(axis + 1, outputs[0].Shape.Rank));
        ElementMove.Apply(inputs[2], outputs[0], new Placing(AsIntegers(inputs[0]), depth, inner));
    }

    static long[] AsIntegers(Tensor tensor)
    {
        var integers = new Tensor(DataType.Int64, tensor.Shape);
        TypeConversion.Convert(tensor, integers);
        return integers.Longs.ToArray();
    }

    readonly struct Placing(long[] indices, int depth, int inner) : IElementMove
    {
        public void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination)
        {
            destination.Fill(source[0]);
            for (var i = 0; i < indices.Length; i++)
            {
                var index = indices[i] < 0 ? indices[i] + depth : indices[i];
                if (index >= 0 && index < depth) destination[(i / inner * depth + (int)index) * inner + i % inner] = source[1];
            }
        }
    }
}
