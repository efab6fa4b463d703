using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Range</c>, since opset 11: start, start + delta, … before limit; all three are scalars of one type.</summary>
sealed record NumberRange : NumericOperator
{
    public static NumberRange From(Attributes attributes) => new();

    public override string OpType => "Range";

    public override int RequiredInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2);
        var type = inputs[0].Type;
        return [new(type, inputs.AreKnown(0) ? [Count(inputs[0].Value!, inputs[1].Value!, inputs[2].Value!)] : Shape.Unknown)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (outputs[0].Length == 0) return;

        var (start, delta) = (inputs[0].AsSpan<T>()[0], inputs[2].AsSpan<T>()[0]);
        var numbers = outputs[0].AsSpan<T>();
        for (var i = 0; i < numbers.Length; i++) numbers[i] = start + T.CreateTruncating(i) * delta;
    }

    static int Count(Tensor start, Tensor limit, Tensor delta)
    {
        if (start.Length != 1 || limit.Length != 1 || delta.Length != 1)
        {
            throw new ShapeException($"three scalars are expected, but the shapes are {start.Shape}, {limit.Shape} and {delta.Shape}");
        }
        var count = start.Type.IsInteger ? IntegerCount(start, limit, delta) : RealCount(Real(start), Real(limit), Real(delta));
        return count <= int.MaxValue
            ? (int)count : throw new ShapeException($"the range has {count} elements; at most {int.MaxValue} are possible");
    }

    static double RealCount(double start, double limit, double delta)
    {
        var count = Math.Ceiling((limit - start) / delta);
        return delta != 0 && !double.IsNaN(count)
            ? Math.Max(count, 0) : throw new OperatorException($"from {start} to {limit} there are no steps of {delta}");
    }

    static double IntegerCount(Tensor start, Tensor limit, Tensor delta)
    {
        var (first, last, step) = (Integer(start), Integer(limit), Integer(delta));
        if (step == 0) throw new OperatorException($"from {first} to {last} there are no steps of 0");
        var count = (last - first + step - BigInteger.Min(1, BigInteger.Max(-1, step))) / step;
        return (double)BigInteger.Max(count, 0);
    }

    static BigInteger Integer(Tensor scalar)
    {
        var value = new Tensor(DataType.Int64, scalar.Shape);
        TypeConversion.Convert(scalar, value);
        return value.Longs[0];
    }

    static double Real(Tensor scalar)
    {
        var value = new Tensor(DataType.Float64, scalar.Shape);
        TypeConversion.Convert(scalar, value);
        return value.AsSpan<double>()[0];
    }
}
