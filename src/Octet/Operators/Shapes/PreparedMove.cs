using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that copies a box of elements out of its first input, whose shape is known.</summary>
/// <param name="Origin">What the model says.</param>
/// <param name="Result">The shape of the result.</param>
/// <param name="Strides">For each axis of the result, how far its neighbours lie apart in the input.</param>
/// <param name="Start">The place of the first element in the input.</param>
sealed record PreparedMove(MovingOperator Origin, Shape Result, int[] Strides, int Start) : MovingOperator
{
    readonly int[] _resultStrides = Result.GetStrides();

    public override string OpType => Origin.OpType;

    public override int RequiredInputs => Origin.RequiredInputs;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => Origin.Infer(inputs);

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ElementMove.Apply(inputs[0], outputs[0], new StridedCopy(Result.Dimensions, Strides, _resultStrides, sourceStart: Start));

    /// <summary>Moves elements of a result back to where they came from; where nothing came from there are zeros.</summary>
    internal void RunBack(Tensor result, Tensor source)
    {
        source.Bytes.Clear();
        ElementMove.Apply(result, source, new StridedCopy(Result.Dimensions, _resultStrides, Strides, destinationStart: Start));
    }
}
