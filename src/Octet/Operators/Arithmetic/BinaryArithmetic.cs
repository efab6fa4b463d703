using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator on two tensors of one number type that are broadcast to each other; the result has that type too.</summary>
abstract record BinaryArithmetic : NumericOperator
{
    public override int RequiredInputs => 2;

    public sealed override bool IsElementwise => true;

    public override int MaxInputs => 2;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return [new(inputs[0].Type, Shape.Broadcast(inputs[0].Shape, inputs[1].Shape))];
    }
}
