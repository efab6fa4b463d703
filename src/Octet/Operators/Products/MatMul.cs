using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>ONNX <c>MatMul</c>, since opset 1: the matrix product as numpy's <c>matmul</c> defines it, with vectors and broadcast
/// batches.</summary>
/// <remarks>All number types; integers wrap.</remarks>
sealed record MatMul : NumericOperator
{
    public static MatMul From(Attributes attributes) => new();

    public override WeightFacts Weights =>
        new(WeightInput: 1, BiasInput: null, OutputChannelAxis: -1, InputChannelAxis: -2, DataChannelAxis: -1);

    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        ProductShape.Macs(outputs[0], inputs[0]);

    internal override bool IsPlainProduct => true;

    internal override LayerProduct? AsProduct(Shape weights) => weights.Rank == 2 ? new(1, weights[1], weights[0], (1, weights[1])) : null;

    internal override IntegerForm? InIntegers => new(new QLinearMatMul(), OperandOrder.OutputLast, Domain: "");

    public override int RequiredInputs => 2;

    internal override void CheckConstants(ReadOnlySpan<TensorInfo?> inputs)
    {
        foreach (var operand in inputs)
        {
            if (operand is { Shape.Rank: 0 })
                throw new ShapeException("a product takes matrices or vectors, but an operand is a single number");
        }
    }

    public override int MaxInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return [new(inputs[0].Type, new ProductShape(inputs[0].Shape, inputs[1].Shape).Output)];
    }

    protected override unsafe void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        BatchedProduct.Run(new(inputs[0].Shape, inputs[1].Shape), inputs[0].Pointer<T>(), inputs[1].Pointer<T>(), outputs[0].Pointer<T>());

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    /// <summary>dA = dY · Bᵀ and dB = Aᵀ · dY, matrix by matrix; a matrix that several products read gets the sum.</summary>
    private protected override unsafe void Backward<T>(in BackwardPass pass)
    {
        var shape = new ProductShape(pass.InputShape(0), pass.InputShape(1));
        var (rows, columns, depth) = (shape.Rows, shape.Columns, shape.Depth);
        var upstream = pass.FirstUpstream.Pointer<T>();
        for (var input = 0; input < 2; input++)
        {
            if (!pass.Wants(input, out var gradient)) continue;
            gradient.AsSpan<T>().Clear();
            var length = input == 0 ? rows * depth : depth * columns;
            using var terms = new Scratch<T>(length);
            for (var batch = 0; batch < shape.Batches; batch++)
            {
                var (left, right) = shape.MatricesOf(batch);
                var dy = new MatrixView<T>(upstream + (nint)batch * rows * columns, columns);
                if (input == 0)
                {
                    var transposed = new MatrixView<T>(pass.Inputs[1].Pointer<T>() + (nint)right * depth * columns, 1, columns);
                    MatrixProduct.Multiply(rows, depth, columns, dy, transposed, bias: null, terms.Pointer, depth);
                }
                else
                {
                    var transposed = new MatrixView<T>(pass.Inputs[0].Pointer<T>() + (nint)left * rows * depth, 1, depth);
                    MatrixProduct.Multiply(depth, columns, rows, transposed, dy, bias: null, terms.Pointer, columns);
                }
                var sums = gradient.AsSpan<T>().Slice((input == 0 ? left : right) * length, length);
                TensorPrimitives.Add(sums, terms.Span, sums);
            }
        }
    }
}
