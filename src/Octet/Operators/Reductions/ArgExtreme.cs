using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>ArgMax</c> and <c>ArgMin</c>, since opset 1: where along an axis the greatest or least element lies, as int64. NaN
/// counts as more extreme than any number.</summary>
/// <param name="OpType">The operator's name in ONNX.</param>
/// <param name="Axis">The axis; negative counts from the end.</param>
/// <param name="KeepDimension">Whether the axis stays with extent 1.</param>
/// <param name="SelectLast">Whether the last of equal elements counts, as can be asked since opset 12, rather than the first.</param>
sealed record ArgExtreme(string OpType, long Axis, bool KeepDimension, bool SelectLast) : NumericOperator
{
    public static ArgExtreme MaxFrom(Attributes attributes) => From("ArgMax", attributes);

    public static ArgExtreme MinFrom(Attributes attributes) => From("ArgMin", attributes);

    public override string OpType { get; } = OpType;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Int64;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        var axis = shape.NormalizeAxis(Axis);
        if (shape[axis] == 0) throw new ShapeException($"axis {axis} of shape {shape} has no elements to choose from");
        return [new(DataType.Int64, KeepDimension ? shape.With(axis, 1) : [.. shape[..axis], .. shape[(axis + 1)..]])];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (OpType == "ArgMax") Find<T, Greater>(inputs[0], outputs[0].Longs);
        else Find<T, Less>(inputs[0], outputs[0].Longs);
    }

    void Find<T, TRelation>(Tensor x, Span<long> result) where T : unmanaged, INumber<T> where TRelation : IRelation
    {
        var axis = x.Shape.NormalizeAxis(Axis);
        var (extent, inner) = (x.Shape[axis], x.Shape.LengthOf(axis + 1, x.Shape.Rank));
        using var scratch = new Scratch<T>(inner);
        var best = scratch.Span;
        for (var outer = 0; outer * inner < result.Length; outer++)
        {
            var indices = result.Slice(outer * inner, inner);
            var elements = x.AsSpan<T>().Slice(outer * extent * inner, extent * inner);
            indices.Clear();
            elements[..inner].CopyTo(best);
            for (var k = 1; k < extent; k++)
            {
                var row = elements.Slice(k * inner, inner);
                for (var i = 0; i < inner; i++)
                {
                    if (!IsBetter<T, TRelation>(row[i], best[i])) continue;
                    (best[i], indices[i]) = (row[i], k);
                }
            }
        }
    }

    bool IsBetter<T, TRelation>(T x, T best) where T : INumber<T> where TRelation : IRelation =>
        TRelation.Holds(x, best) || (T.IsNaN(x) && !T.IsNaN(best)) || (SelectLast && x == best);

    static ArgExtreme From(string opType, Attributes attributes) =>
        new(opType, attributes.Int("axis", fallback: 0), attributes.Flag("keepdims", fallback: true), attributes.Flag("select_last_index"));

    readonly struct Greater : IRelation
    {
        public static bool Holds<T>(T x, T y) where T : INumber<T> => x > y;
    }

    readonly struct Less : IRelation
    {
        public static bool Holds<T>(T x, T y) where T : INumber<T> => x < y;
    }
}
