using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Pow</c>, since opset 6; integers and exponents of another type since 12: <c>x^y</c>, broadcast, in the type of
/// x.</summary>
sealed record Pow : NumericOperator
{
    public static Pow From(Attributes attributes) => new();

    public override int RequiredInputs => 2;

    public override int MaxInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(inputs[0].Type, Shape.Broadcast(inputs[0].Shape, inputs[1].Shape))];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs is [{ Type: DataType.Float32 }, { Type: DataType.Float32, Length: 1 }]
                && Simple(inputs[1].Floats[0], inputs[0].Floats, outputs[0].Floats)) return;
        TypeDispatch.Numeric(inputs[1].Type, new WithExponents<T>(inputs[0], inputs[1], outputs[0]));
    }

    /// <summary>The exponents that networks use, without a logarithm: squares in normalizations, cubes in GELU, roots.</summary>
    static bool Simple(float exponent, ReadOnlySpan<float> x, Span<float> result)
    {
        switch (exponent)
        {
            case 1f: x.CopyTo(result); return true;
            case 2f: ElementWise.Map(x, result, default(Square)); return true;
            case 3f: ElementWise.Map(x, result, default(Cube)); return true;
            default: return false;
        }
    }

    readonly struct WithExponents<T>(Tensor x, Tensor y, Tensor result) : INumericVisitor where T : unmanaged, INumber<T>
    {
        public void Visit<TExponent>() where TExponent : unmanaged, INumber<TExponent>, IMinMaxValue<TExponent>
        {
            var pairs = new Broadcast(result.Shape, x.Shape, y.Shape);
            if (x.Type.IsInteger && y.Type.IsInteger)
                pairs.MapScalars(x.AsSpan<T>(), y.AsSpan<TExponent>(), result.AsSpan<T>(), default(IntegerPower<T, TExponent>));
            else pairs.MapScalars(x.AsSpan<T>(), y.AsSpan<TExponent>(), result.AsSpan<T>(), default(Power<T, TExponent>));
        }
    }

    readonly struct Square : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => x * x;
    }

    readonly struct Cube : IUnaryFunction<float>
    {
        public Vector<float> Invoke(Vector<float> x) => x * x * x;
    }

    readonly struct Power<T, TExponent> : IScalarFunction<T, TExponent, T> where T : INumber<T> where TExponent : INumber<TExponent>
    {
        public T Invoke(T x, TExponent y) => typeof(T) == typeof(float)
            ? T.CreateTruncating(MathF.Pow(float.CreateTruncating(x), float.CreateTruncating(y)))
            : T.CreateSaturating(Math.Pow(double.CreateTruncating(x), double.CreateTruncating(y)));
    }

    /// <summary>Exact where float64 is not: integers of more than 53 bits. Wraps as multiplication does.</summary>
    readonly struct IntegerPower<T, TExponent> : IScalarFunction<T, TExponent, T> where T : INumber<T> where TExponent : INumber<TExponent>
    {
        public T Invoke(T x, TExponent y)
        {
            if (TExponent.IsNegative(y)) return x == T.One ? x : default(Power<T, TExponent>).Invoke(x, y);

            var result = T.One;
            for (var bits = ulong.CreateTruncating(y); bits != 0; bits >>= 1, x *= x)
            {
                if ((bits & 1) != 0) result *= x;
            }
            return result;
        }
    }

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var upstream = pass.FirstUpstream;
        var exponents = new double[pass.Inputs[1].Length];
        TypeConversion.Read<double>(pass.Inputs[1], exponents);
        using var terms = new Scratch<T>(upstream.Length);
        var rows = new Broadcast(upstream.Shape, gradient.Shape, pass.InputShape(1));
        foreach (var row in rows)
        {
            for (var i = 0; i < rows.RowLength; i++)
            {
                var exponent = exponents[row.Y + i * rows.RowStep.Y];
                var x = double.CreateTruncating(pass.Inputs[0].AsSpan<T>()[row.X + i * rows.RowStep.X]);
                var slope = exponent == 0 ? 0 : exponent * Math.Pow(x, exponent - 1);
                terms.Span[row.Start + i] = upstream.AsSpan<T>()[row.Start + i] * T.CreateTruncating(slope);
            }
        }
        BroadcastGradient.SumTo<T>(terms.Span, upstream.Shape, gradient);
    }
}
