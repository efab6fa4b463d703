using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Einsum</c>, since opset 12: products and sums of any operands as <see cref="EinsumEquation"/> says. All number
/// types.</summary>
/// <remarks>Operands are taken together from left to right; each step is a matrix product over the labels that are not needed any
/// more.</remarks>
sealed record Einsum(string Equation) : NumericOperator
{
    readonly EinsumEquation _equation = new(Equation);

    public static Einsum From(Attributes attributes) => new(attributes.String("equation"));

    public bool Equals(Einsum? other) => other?.Equation == Equation;

    public override int GetHashCode() => Equation.GetHashCode(StringComparison.Ordinal);

    public override bool RequiresAllInputs => true;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs.LengthProduct() + outputs.TotalLength();

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        for (var i = 1; i < inputs.Length; i++) inputs.RequireSameType(0, i);
        var labels = _equation.Apply([.. inputs.ToArray().Select(input => input.Shape)]);
        return [new(inputs[0].Type, labels.ShapeOf(labels.Output))];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var labels = _equation.Apply([.. inputs.ToArray().Select(input => input.Shape)]);
        var product = new Term(inputs[0], labels.Operands[0]);
        for (var i = 1; i < inputs.Length; i++)
        {
            int[] needed = [.. labels.Output, .. labels.Operands[(i + 1)..].SelectMany(operand => operand)];
            product = Multiply<T>(product, new(inputs[i], labels.Operands[i]), needed, labels);
        }
        Arrange<T>(product, labels.Output, labels).CopyTo(outputs[0]);
    }

    /// <summary>A tensor with a label for each dimension.</summary>
    readonly record struct Term(Tensor Tensor, int[] Labels);

    /// <summary>The product of two terms, summed over the labels that are not needed.</summary>
    static unsafe Term Multiply<T>(Term left, Term right, int[] needed, EinsumLabels labels) where T : unmanaged, INumber<T>
    {
        int[] shared = [.. left.Labels.Intersect(right.Labels)];
        int[] batch = [.. shared.Intersect(needed)];
        int[] summed = [.. shared.Except(needed)];
        int[] rows = [.. left.Labels.Except(shared).Intersect(needed)];
        int[] columns = [.. right.Labels.Except(shared).Intersect(needed)];

        var a = Arrange<T>(left, [.. batch, .. rows, .. summed], labels);
        var b = Arrange<T>(right, [.. batch, .. summed, .. columns], labels);
        int[] kept = [.. batch, .. rows, .. columns];
        var result = new Tensor(a.Type, labels.ShapeOf(kept));
        var (batches, height, depth, width) = (LengthOf(batch), LengthOf(rows), LengthOf(summed), LengthOf(columns));
        var shape = new ProductShape([batches, height, depth], [batches, depth, width]);
        BatchedProduct.Run(shape, a.Pointer<T>(), b.Pointer<T>(), result.Pointer<T>());
        return new(result, kept);

        int LengthOf(int[] of) => labels.ShapeOf(of).Length;
    }

    /// <summary>A copy with the wanted labels in the wanted order; the others are summed over, labels that occur twice give the
    /// diagonal.</summary>
    static Tensor Arrange<T>(Term term, int[] wanted, EinsumLabels labels) where T : unmanaged, INumber<T>
    {
        int[] order = [.. wanted, .. term.Labels.Distinct().Except(wanted)];
        var extents = labels.ShapeOf(order);
        if (order.SequenceEqual(term.Labels) && order.Length == wanted.Length && extents == term.Tensor.Shape) return term.Tensor;

        var from = term.Tensor.Shape.GetStrides();
        var strides = new int[order.Length];
        for (var axis = 0; axis < from.Length; axis++)
        {
            if (term.Tensor.Shape[axis] > 1) strides[Array.IndexOf(order, term.Labels[axis])] += from[axis];
        }
        var arranged = new Tensor(term.Tensor.Type, extents);
        new StridedCopy(extents.Dimensions, strides, extents.GetStrides()).Invoke<T>(term.Tensor.AsSpan<T>(), arranged.AsSpan<T>());
        if (order.Length == wanted.Length) return arranged;

        var sums = new Tensor(arranged.Type, labels.ShapeOf(wanted));
        var length = extents.LengthOf(wanted.Length, order.Length);
        for (var i = 0; i < sums.Length; i++) sums.AsSpan<T>()[i] = RowStatistics.Sum<T>(arranged.AsSpan<T>().Slice(i * length, length));
        return sums;
    }
}
