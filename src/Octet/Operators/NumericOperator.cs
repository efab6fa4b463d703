using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that works alike on every number type: float32, float64 and the integers. The first input's type decides.</summary>
abstract record NumericOperator : Operator
{
    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        TypeDispatch.Numeric(inputs[0].Type, new Visitor(this, inputs, outputs));

    /// <summary>Computes the outputs, with elements of the first input read as <typeparamref name="T"/>.</summary>
    protected abstract void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>;

    readonly ref struct Visitor(NumericOperator self, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) : INumericVisitor
    {
        readonly ReadOnlySpan<Tensor> _inputs = inputs;
        readonly ReadOnlySpan<Tensor> _outputs = outputs;

        public void Visit<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => self.Run<T>(_inputs, _outputs);
    }
}
