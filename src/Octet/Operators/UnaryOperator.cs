using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// A function of real numbers, <c>y[i] = f(x[i])</c>, for any shape: float32 by a fast version, every other number type by the definition
/// in float64.
/// </summary>
abstract record UnaryOperator : Operator
{
    public sealed override bool IsElementwise => true;

    public override int MaxInputs => 1;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, inputs[0].Shape)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Float32) Map(inputs[0].Floats, outputs[0].Floats);
        else TypeDispatch.Numeric(inputs[0].Type, new Define(this, inputs[0], outputs[0]));
    }

    /// <summary>The definition, which the fast version is tested against.</summary>
    protected internal abstract double Definition(double x);

    /// <summary>
    /// The fast version, on any part of a tensor: operators that this one follows run it over what they have just computed, while that lies
    /// in the cache.
    /// </summary>
    /// <param name="x">Elements of the input.</param>
    /// <param name="y">Receives as many elements; may be the same memory.</param>
    internal abstract void Map(ReadOnlySpan<float> x, Span<float> y);

    /// <summary>The same for tables of 256 results: where ONNX Runtime has a version of its own, to its bits.</summary>
    internal virtual void MapForTable(ReadOnlySpan<float> x, Span<float> y) => Map(x, y);

    internal sealed override void RunForTable(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[0].Type == DataType.Float32) MapForTable(inputs[0].Floats, outputs[0].Floats);
        else Run(inputs, outputs);
    }

    internal sealed override GradientFacts? Gradient => Slope is null ? null : GradientFacts.ReadsInputs;

    /// <summary>The derivative dy/dx at a point; where there are several (at a kink), the one that PyTorch takes. Null for functions
    /// without one.</summary>
    private protected virtual Func<double, double>? Slope => null;

    /// <summary>Whether <see cref="MapGradient"/> is overridden.</summary>
    private protected virtual bool HasFastGradient => false;

    /// <summary>The fast version of the gradient, <c>result[i] = upstream[i] · slope(x[i])</c>.</summary>
    private protected virtual void MapGradient(ReadOnlySpan<float> x, ReadOnlySpan<float> upstream, Span<float> result) =>
        throw new NotSupportedException();

    private protected sealed override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        if (HasFastGradient && typeof(T) == typeof(float))
        {
            MapGradient(pass.Inputs[0].Floats, pass.FirstUpstream.Floats, gradient.Floats);
            return;
        }
        var slope = Slope!;
        var (x, upstream, result) = (pass.Inputs[0], pass.FirstUpstream, gradient);
        for (var i = 0; i < result.Length; i++)
        {
            result.AsSpan<T>()[i] = upstream.AsSpan<T>()[i] * T.CreateTruncating(slope(double.CreateTruncating(x.AsSpan<T>()[i])));
        }
    }

    readonly struct Define(UnaryOperator self, Tensor x, Tensor y) : INumericVisitor
    {
        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            var from = x.AsSpan<T>();
            var to = y.AsSpan<T>();
            for (var i = 0; i < from.Length; i++) to[i] = T.CreateSaturating(self.Definition(double.CreateTruncating(from[i])));
        }
    }
}
