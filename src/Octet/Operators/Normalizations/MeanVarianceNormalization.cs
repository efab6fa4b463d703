using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>MeanVarianceNormalization</c>, since opset 9: over some axes together, <c>y = (x − mean) / (sqrt(variance) + 1e−9)</c>.
/// float32 and float64.</summary>
sealed record MeanVarianceNormalization(IReadOnlyList<long> Axes) : RealOperator
{
    const double Epsilon = 1e-9;

    public static MeanVarianceNormalization From(Attributes attributes) => new(attributes.IntsOrNull("axes") ?? [0, 2, 3]);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        _ = Kept(inputs[0].Shape);
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (shape, kept) = (inputs[0].Shape, Kept(inputs[0].Shape));
        if (shape.Length == 0) return;

        var y = outputs[0].AsSpan<T>();
        var count = T.CreateChecked(shape.Length / kept.Length);
        var broadcast = new Broadcast(shape, shape, kept);
        using var scratch = new Scratch<T>(kept.Length);
        var statistics = scratch.Span;

        Reduction.Run(inputs[0].AsSpan<T>(), shape, statistics, kept, default(RowStatistics.Total<T>));
        foreach (ref var sum in statistics) sum /= count;
        broadcast.Map(inputs[0].AsSpan<T>(), statistics, y, default(Difference<T>));

        Reduction.Run(y, shape, statistics, kept, default(SquareSum<T>));
        foreach (ref var sum in statistics) sum = T.Sqrt(sum / count) + T.CreateChecked(Epsilon);
        broadcast.Map(y, statistics, y, default(Quotient<T>));
    }

    /// <summary>The shape with extent 1 in each axis that is normalized.</summary>
    Shape Kept(Shape shape)
    {
        var kept = shape;
        foreach (var axis in Axes) kept = kept.With(shape.NormalizeAxis(axis), 1);
        return kept;
    }

    readonly struct Difference<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> mean) => x - mean;
    }

    readonly struct Quotient<T> : IBinaryFunction<T> where T : unmanaged
    {
        public Vector<T> Invoke(Vector<T> x, Vector<T> deviation) => x / deviation;
    }

    readonly struct SquareSum<T> : IReduction<T> where T : unmanaged, INumber<T>
    {
        public T Empty => T.Zero;

        public T Add(T sum, T x) => sum + x * x;

        public Vector<T> Add(Vector<T> sum, Vector<T> x) => sum + x * x;

        public T Join(T sum, T other) => sum + other;
    }
}
