using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>Gemm</c>, since opset 1: <c>y = alpha · A · B + beta · C</c>, where A and B may be transposed and C broadcasts to the
/// result.</summary>
/// <remarks>Inputs: A [rows, depth] or [depth, rows], B [depth, columns] or [columns, depth], optionally C. All number types; for integers,
/// which wrap, alpha and beta are cut to integers.</remarks>
sealed record Gemm(float Alpha, float Beta, bool TransposeA, bool TransposeB) : NumericOperator
{
    public static Gemm From(Attributes attributes) => new(
        attributes.Float("alpha", fallback: 1), attributes.Float("beta", fallback: 1), attributes.Flag("transA"),
        attributes.Flag("transB"));

    public override WeightFacts Weights =>
        new(WeightInput: 1, BiasInput: 2, OutputChannelAxis: TransposeB ? 0 : 1, InputChannelAxis: TransposeB ? 1 : 0, DataChannelAxis: -1)
        { BiasFactor = Beta };

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        ProductShape.Macs(outputs[0], inputs[0], depthAxis: TransposeA ? 0 : -1);

    internal override bool IsPlainProduct => !TransposeA && Alpha == 1 && Beta == 1;

    internal override LayerProduct? AsProduct(Shape weights) => TransposeA ? null
        : TransposeB ? new(1, weights[0], weights[1], (weights[1], 1))
        : new(1, weights[1], weights[0], (1, weights[1]));

    internal override IntegerForm? InIntegers =>
        Beta == 1 && !TransposeA ? new(new QGemm(Alpha, TransposeA, TransposeB), OperandOrder.BiasBeforeOutput)
        {
            AttributesInFile = static (attributes, _) => attributes.Without("beta"),
        } : null;

    public override int RequiredInputs => 2;

    internal override void CheckConstants(ReadOnlySpan<TensorInfo?> inputs)
    {
        if (inputs[0] is { Shape.Rank: not 2 } a)
            throw new ShapeException($"two matrices are expected, but the first operand has shape {a.Shape}");
        if (inputs[1] is not { } b) return;
        if (b.Shape.Rank != 2) throw new ShapeException($"two matrices are expected, but the second operand has shape {b.Shape}");
        var columns = b.Shape[TransposeB ? 0 : 1];
        if (inputs.Length > 2 && inputs[2] is { } c
                && (c.Shape.Rank > 2 || (c.Shape.Rank > 0 && c.Shape[^1] != 1 && c.Shape[^1] != columns)))
            throw new ShapeException($"an addend of shape {c.Shape} does not fit {columns} column(s)");
    }

    public override int MaxInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2);
        var (a, b) = (inputs[0].Shape, inputs[1].Shape);
        if (a.Rank != 2 || b.Rank != 2) throw new ShapeException($"two matrices are expected, but the operands have shapes {a} and {b}");

        var (depth, otherDepth) = (TransposeA ? a[0] : a[1], TransposeB ? b[1] : b[0]);
        if (depth != otherDepth)
        {
            throw new ShapeException($"operands of shapes {a} and {b} cannot be multiplied: depth {depth} meets depth {otherDepth} "
                + $"(transA = {(TransposeA ? 1 : 0)}, transB = {(TransposeB ? 1 : 0)})");
        }
        Shape result = [TransposeA ? a[1] : a[0], TransposeB ? b[0] : b[1]];
        if (inputs.Optional(2) is { } c && (c.Shape.Rank > 2 || Shape.Broadcast(c.Shape, result) != result))
            throw ShapeException.CannotBroadcast(c.Shape, result);
        return [new(inputs[0].Type, result)];
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (a, b, result) = (inputs[0], inputs[1], outputs[0]);
        var (rows, columns, depth) = (result.Shape[0], result.Shape[1], TransposeA ? a.Shape[0] : a.Shape[1]);
        var left = TransposeA ? new MatrixView<T>(a.Pointer<T>(), 1, rows) : new MatrixView<T>(a.Pointer<T>(), depth);
        var right = TransposeB ? new MatrixView<T>(b.Pointer<T>(), 1, depth) : new MatrixView<T>(b.Pointer<T>(), columns);
        MatrixProduct.Multiply(rows, columns, depth, left, right, bias: null, result.Pointer<T>(), columns);

        if (Alpha != 1) TensorPrimitives.Multiply(result.AsSpan<T>(), T.CreateSaturating(Alpha), result.AsSpan<T>());
        if (inputs.Optional(2) is { } addend && Beta != 0) Add<T>(addend, result);
    }

    /// <summary>Adds <c>beta · C</c> to each row.</summary>
    void Add<T>(Tensor addend, Tensor result) where T : unmanaged, INumber<T>
    {
        var (rows, columns) = (result.Shape[0], result.Shape[1]);
        var width = addend.Shape.Rank == 0 ? 1 : addend.Shape[^1];
        var isTall = addend.Shape.Rank == 2 && addend.Shape[0] > 1;
        for (var row = 0; row < rows; row++)
        {
            var target = result.AsSpan<T>().Slice(row * columns, columns);
            var source = addend.AsSpan<T>().Slice(isTall ? row * width : 0, width);
            if (width == 1) TensorPrimitives.Add(target, T.CreateSaturating(Beta) * source[0], target);
            else TensorPrimitives.MultiplyAdd(source, T.CreateSaturating(Beta), target, target);
        }
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override unsafe void Backward<T>(in BackwardPass pass)
    {
        var upstream = pass.FirstUpstream;
        var (rows, columns) = (upstream.Shape[0], upstream.Shape[1]);
        var depth = TransposeA ? pass.InputShape(0)[0] : pass.InputShape(0)[1];
        var dy = new MatrixView<T>(upstream.Pointer<T>(), columns);
        if (pass.Wants(0, out var gradient))
        {
            // dA = dY · Bᵀ, or its transpose B · dYᵀ where A is read transposed.
            var b = pass.Inputs[1].Pointer<T>();
            var right = TransposeB ? new MatrixView<T>(b, depth) : new MatrixView<T>(b, 1, columns);
            if (!TransposeA) MatrixProduct.Multiply(rows, depth, columns, dy, right, bias: null, gradient.Pointer<T>(), depth);
            else MatrixProduct.Multiply(depth, rows, columns, Transposed(right), Transposed(dy), bias: null, gradient.Pointer<T>(), rows);
            Scale<T>(gradient, Alpha);
        }
        if (pass.Wants(1, out gradient))
        {
            // dB = Aᵀ · dY, or its transpose dYᵀ · A.
            var a = pass.Inputs[0].Pointer<T>();
            var left = TransposeA ? new MatrixView<T>(a, rows) : new MatrixView<T>(a, 1, depth);
            if (!TransposeB) MatrixProduct.Multiply(depth, columns, rows, left, dy, bias: null, gradient.Pointer<T>(), columns);
            else MatrixProduct.Multiply(columns, depth, rows, Transposed(dy), Transposed(left), bias: null, gradient.Pointer<T>(), depth);
            Scale<T>(gradient, Alpha);
        }
        if (!pass.Wants(2, out gradient)) return;
        BroadcastGradient.SumTo<T>(upstream.AsSpan<T>(), upstream.Shape, gradient);
        Scale<T>(gradient, Beta);
    }

    static MatrixView<T> Transposed<T>(MatrixView<T> matrix) where T : unmanaged =>
        new(matrix.Start, matrix.ColumnStride, matrix.RowStride);

    static void Scale<T>(Tensor tensor, float factor) where T : unmanaged, INumber<T>
    {
        if (factor != 1) TensorPrimitives.Multiply(tensor.AsSpan<T>(), T.CreateSaturating(factor), tensor.AsSpan<T>());
    }
}
