using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Relu</c>, since opset 6; integers since 14: <c>y = max(0, x)</c>, for any shape.</summary>
sealed record Relu : UnaryOperator
{
    public static Relu From(Attributes attributes) => new();

    public override ValueRange? LimitsOf(ReadOnlySpan<TensorInfo> inputs) => new(0, float.PositiveInfinity);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type.IsFloat) base.Run(inputs, outputs);
        else TypeDispatch.Numeric(inputs[0].Type, new Integers(inputs[0], outputs[0]));
    }

    protected internal override double Definition(double x) => Math.Max(x, 0);

    internal override void Map(ReadOnlySpan<float> x, Span<float> y) => ElementWise.Map(x, y, default(Curve));

    internal readonly struct Curve : IUnaryFunction<float>
    {
        /// <summary>With the operands in this order NaN stays NaN.</summary>
        public Vector<float> Invoke(Vector<float> x) => Vector.MaxNative(Vector<float>.Zero, x);
    }

    readonly struct Integers(Tensor x, Tensor y) : INumericVisitor
    {
        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> =>
            ElementWise.Map(x.AsSpan<T>(), y.AsSpan<T>(), default(Curve<T>));
    }

    readonly struct Curve<T> : IUnaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x) => Vector.Max(x, Vector<T>.Zero);
    }

    private protected override Func<double, double> Slope => x => x > 0 ? 1 : 0;

    private protected override bool HasFastGradient => true;

    private protected override void MapGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> result) =>
        ElementWise.Map(x, upstream, result, default(Gate));

    readonly struct Gate : IBinaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x, Vector<float> upstream) =>
            upstream & Vector.AsVectorSingle(Vector.GreaterThan(x, Vector<float>.Zero));
    }
}
