using Octet.Tensors;

namespace Octet.Operators;

/// <summary>A function of real numbers, <c>y[i] = f(x[i])</c>, for any shape; float32 by a fast version and float64 by the definition.</summary>
public abstract record UnaryOperator : Operator
{
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, inputs[0].Shape)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].Type)
        {
            case DataType.Float32:
                Map(inputs[0].Floats, outputs[0].Floats);
                break;
            case DataType.Float64:
                Define(inputs[0].Span<double>(), outputs[0].Span<double>());
                break;
            default:
                throw OperatorException.UnsupportedType(inputs[0].Type);
        }
    }

    /// <summary>The definition, which the fast version is tested against.</summary>
    protected internal abstract double Definition(double x);

    /// <summary>
    /// The fast version, on any part of a tensor: operators that this one follows run it over what they have just computed, while that lies in the cache.
    /// </summary>
    /// <param name="x">Elements of the input.</param>
    /// <param name="y">Receives as many elements; may be the same memory.</param>
    internal abstract void Map(ReadOnlySpan<float> x, Span<float> y);

    void Define(ReadOnlySpan<double> x, Span<double> y)
    {
        for (var i = 0; i < x.Length; i++) y[i] = Definition(x[i]);
    }
}
