using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Gather</c>: picks slices of data [.., n, ..] along <see cref="Axis"/> by the numbers in indices (any shape; −n..n − 1),
/// whose shape takes the place of that axis.
/// </summary>
public sealed record Gather(long Axis) : Operator
{
    public static Gather From(Attributes attributes) => new(attributes.Int("axis", orElse: 0));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (data, indices) = (inputs[0].Shape, inputs[1].Shape);
        var axis = data.Axis(Axis);
        return [new(inputs[0].Type, [.. data[..axis], .. indices.Dimensions, .. data[(axis + 1)..]])];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        var axis = shape.Axis(Axis);
        using var indices = new Scratch<int>(inputs[1].Length);
        IndexOperand.Read(inputs[1], shape[axis], indices.Span);
        if (outputs[0].Length == 0) return;

        ElementMove.Apply(inputs[0], outputs[0], new Picking(indices.Span, shape[axis], shape.LengthOf(axis + 1, shape.Rank)));
    }

    /// <summary>Copies one block for each index, for each of the outer dimensions.</summary>
    readonly ref struct Picking(ReadOnlySpan<int> indices, int extent, int block) : IElementMove
    {
        readonly ReadOnlySpan<int> _indices = indices;

        public void Invoke<T>(ReadOnlySpan<T> source, Span<T> destination)
        {
            for (var (from, to) = (0, 0); to < destination.Length; from += extent * block)
            {
                foreach (var index in _indices)
                {
                    if (block == 1) destination[to] = source[from + index];
                    else source.Slice(from + index * block, block).CopyTo(destination[to..]);
                    to += block;
                }
            }
        }
    }
}
