using System.Numerics;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Clip</c>, since opset 11, every number type since 12: <c>y = min(max(x, low), high)</c>, with limits that are optional scalar
/// inputs.
/// </summary>
/// <remarks>Where the lower limit is above the upper one the upper one wins; NaN stays NaN.</remarks>
sealed record Clip : NumericOperator
{
    public static Clip From(Attributes attributes) => new();

    public override bool IsElementwise => true;

    public override bool KeepsNonNegative => true;

    public override ValueRange? LimitsOf(ReadOnlySpan<TensorInfo> inputs) =>
        Constant(inputs.Optional(1), float.MinValue) is { } low && Constant(inputs.Optional(2), float.MaxValue) is { } high
        ? new(low, high) : null;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2);
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    internal override float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) => input == 0 ? 1 : null;

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var low = inputs.Optional(1) is { } lower ? Limit<T>(lower, "min") : T.MinValue;
        var high = inputs.Optional(2) is { } upper ? Limit<T>(upper, "max") : T.MaxValue;
        ElementWise.Map(inputs[0].AsSpan<T>(), outputs[0].AsSpan<T>(), new Limits<T>(low, high));
    }

    /// <summary>A limit that is known before the run; null for one that is not.</summary>
    static float? Constant(TensorInfo? limit, float fallback) =>
        limit is null ? fallback : limit.Value is { Type: DataType.Float32, Length: 1 } elements ? elements.Floats[0] : null;

    static T Limit<T>(Tensor limit, string name) where T : unmanaged =>
        limit.Length == 1
        ? limit.AsSpan<T>()[0] : throw new OperatorException($"input '{name}' has shape {limit.Shape}; a scalar is expected");

    internal readonly struct Limits<T>(T low, T high) : IUnaryFunction<T> where T : unmanaged
    {
        readonly Vector<T> _low = new(low), _high = new(high);

        /// <summary>With the operands in this order NaN stays NaN.</summary>
        public Vector<T> Invoke(Vector<T> x) => Vector.MinNative(_high, Vector.MaxNative(_low, x));
    }

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var low = pass.Inputs.Optional(1) is { } lower ? Limit<T>(lower, "min") : T.NegativeInfinity;
        var high = pass.Inputs.Optional(2) is { } upper ? Limit<T>(upper, "max") : T.PositiveInfinity;
        ElementWise.Map(pass.Inputs[0].AsSpan<T>(), pass.FirstUpstream.AsSpan<T>(), gradient.AsSpan<T>(), new LimitsGradient<T>(low, high));
    }

    /// <summary>The upstream gradient where x lies within the limits, which belong to the inside.</summary>
    internal readonly struct LimitsGradient<T>(T low, T high) : IBinaryFunction<T> where T : unmanaged
    {
        readonly Vector<T> _low = new(low), _high = new(high);

        public Vector<T> Invoke(Vector<T> x, Vector<T> upstream) =>
            Vector.ConditionalSelect(Vector.GreaterThanOrEqual(x, _low) & Vector.LessThanOrEqual(x, _high), upstream, Vector<T>.Zero);
    }
}
