using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// The gradient of another operator, as a node of its own: what a training graph holds for each node of the forward pass. Octet's own
/// operator.
/// </summary>
/// <remarks>
/// Inputs: those of the other operator, its outputs, and the gradients of its outputs; those that it does not need are left out.
/// Outputs: the gradients of its inputs; those that are not wanted are left out.
/// </remarks>
/// <param name="Forward">The operator whose gradient this is.</param>
/// <param name="InputInfos">Type and shape of each input of the forward node; null where it leaves one out.</param>
/// <param name="OutputCount">Outputs of the forward node.</param>
sealed record BackwardOf(Operator Forward, TensorInfo[] InputInfos, int OutputCount) : Operator
{
    public override string OpType => $"{Forward.OpType}Backward";

    public override int RequiredInputs => 0;

    public override int MaxOutputs => InputInfos.Length;

    public override bool MayOmitFirstOutput => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => InputInfos;

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (first, end) = (InputInfos.Length, InputInfos.Length + OutputCount);
        Forward.Backward(new(InputInfos, inputs[..first], inputs[first..end], inputs[end..], outputs));
    }
}
