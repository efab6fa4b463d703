using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>TopK</c>: the k largest (or smallest) elements along <see cref="Axis"/> in descending (ascending) order, and their int64
/// indices. Of equal elements, the one of lower index comes first; NaN counts as the largest number.
/// </summary>
/// <param name="Axis">The axis to look along.</param>
/// <param name="Count">k before opset 10; null where it is the second input.</param>
/// <param name="Largest">Whether the largest elements are wanted (a choice since opset 11).</param>
sealed record TopK(long Axis, long? Count, bool Largest) : NumericOperator
{
    /// <summary>The attribute <c>sorted</c> only permits another order, so it is not read.</summary>
    public static TopK From(Attributes attributes) =>
        new(attributes.Int("axis", fallback: -1), null, attributes.Flag("largest", fallback: true));

    public static TopK FromCountAttribute(Attributes attributes) =>
        new(attributes.Int("axis", fallback: -1), attributes.Int("k"), Largest: true);

    public override int RequiredInputs => Count is null ? 2 : 1;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => output == 0 ? inputs.TypeAt(0) : DataType.Int64;

    public override int MaxOutputs => 2;

    public override bool MayOmitFirstOutput => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (type, shape) = (inputs[0].Type, inputs[0].Shape);
        var axis = shape.NormalizeAxis(Axis);
        if ((Count ?? inputs.Optional(1)?.Value?.Integer()) is not { } count)
            return [new(type, Shape.Unknown), new(DataType.Int64, Shape.Unknown)];

        if (count < 0 || count > shape[axis])
            throw new ShapeException($"the top {count} of {shape[axis]} element(s) along axis {axis} cannot be taken");
        var result = shape.With(axis, (int)count);
        return [new(type, result), new(DataType.Int64, result)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if ((outputs.Optional(0) ?? outputs.Optional(1)) is not { Length: > 0 } output) return;

        var shape = inputs[0].Shape;
        var axis = shape.NormalizeAxis(Axis);
        var (outer, extent, inner, count) =
            (shape.LengthOf(0, axis), shape[axis], shape.LengthOf(axis + 1, shape.Rank), output.Shape[axis]);
        var lane = new T[extent];
        var best = new int[count];
        var comparer = new Order<T>(lane, Largest);
        ReadOnlySpan<T> elements = inputs[0].AsSpan<T>();
        for (var i = 0; i < outer * inner; i++)
        {
            var (from, to) = (i / inner * extent * inner + i % inner, i / inner * count * inner + i % inner);
            for (var j = 0; j < extent; j++) lane[j] = elements[from + j * inner];
            Select(best, extent, comparer);
            for (var j = 0; j < count; j++, to += inner)
            {
                if (outputs.Optional(0) is { } values) values.AsSpan<T>()[to] = lane[best[j]];
                if (outputs.Optional(1) is { } indices) indices.Longs[to] = best[j];
            }
        }
    }

    /// <summary>Finds the first of 0..<paramref name="extent"/> − 1 in the order of the comparer. The best so far form a heap with the last
    /// of them on top.</summary>
    static void Select<T>(Span<int> best, int extent, Order<T> order) where T : INumber<T>
    {
        for (var i = 0; i < best.Length; i++) best[i] = i;
        for (var i = best.Length / 2 - 1; i >= 0; i--) Sink(best, i, order);
        for (var i = best.Length; i < extent; i++)
        {
            if (!order.IsBefore(i, best[0])) continue;
            best[0] = i;
            Sink(best, 0, order);
        }
        for (var end = best.Length - 1; end > 0; end--)
        {
            (best[0], best[end]) = (best[end], best[0]);
            Sink(best[..end], 0, order);
        }
    }

    static void Sink<T>(Span<int> heap, int place, Order<T> order) where T : INumber<T>
    {
        for (var child = 2 * place + 1; child < heap.Length; child = 2 * place + 1)
        {
            if (child + 1 < heap.Length && order.IsBefore(heap[child], heap[child + 1])) child++;
            if (!order.IsBefore(heap[place], heap[child])) return;
            (heap[place], heap[child]) = (heap[child], heap[place]);
            place = child;
        }
    }

    readonly struct Order<T>(T[] lane, bool largest) where T : INumber<T>
    {
        public bool IsBefore(int a, int b)
        {
            var (x, y) = largest ? (lane[a], lane[b]) : (lane[b], lane[a]);
            return x > y || (T.IsNaN(x) && !T.IsNaN(y)) || (a < b && !(y > x) && T.IsNaN(x) == T.IsNaN(y));
        }
    }
}
