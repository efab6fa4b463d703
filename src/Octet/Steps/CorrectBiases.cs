using Octet.Tensors;

namespace Octet.Steps;

/// <summary>Moves biases so that the mean of each output channel is that of the float model: <see cref="BiasCorrection"/>.</summary>
public sealed record CorrectBiases : LayerStep
{
    /// <inheritdoc/>
    public override string Name => "correct-biases";

    internal override bool RestoresMeans => true;

    internal override void MoveBias(IReadOnlyList<Tensor> wanted, IReadOnlyList<Tensor> sums, float[] bias,
        Action<Action<int>> forEachSample) =>
        BiasCorrection.Move(wanted, sums, bias, forEachSample);
}
