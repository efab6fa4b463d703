using Octet.Data;
using Octet.Numerics;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>
/// A step that works on one layer after the other, each with what the layers before have become. Such steps that follow each other share
/// one walk through the layers
/// (<see cref="LayerWalk"/>): each layer passes through all of them before the next layer begins.
/// </summary>
public abstract record LayerStep : QuantizationStep
{
    /// <summary>The greatest number of samples that pass through the layers; all of them are in memory. Of steps that share a walk, the
    /// largest number counts.</summary>
    public int MaxSamples
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(MaxSamples), value, "must be positive");
    } = 64;

    internal override StepStage Stage => StepStage.Integers;

    internal override SampleSelection Reruns(QuantizationDraft draft) => new(MaxSamples, 0);

    /// <summary>Whether the step has to know the second moments of what a layer multiplies its weights with.</summary>
    internal virtual bool UsesMoments(QuantizationSpec weights) => false;

    /// <summary>Whether the step has to know how far the inputs of a layer are from the float model's.</summary>
    internal virtual bool UsesDrift => false;

    /// <summary>The grids that are tried for weights, as factors of the step that calibration chose; the greatest weights saturate on finer
    /// ones.</summary>
    internal virtual IReadOnlyList<float> GridFactors(QuantizationSpec weights) => [1];

    /// <summary>Whether weights may take the farther of their two neighbours.</summary>
    internal virtual bool RoundsAdaptively => false;

    /// <summary>Whether the step makes the means of a layer's outputs right, whatever was done to its weights.</summary>
    internal virtual bool RestoresMeans => false;

    /// <summary>Chooses other parameters for a value between operators than it has.</summary>
    internal virtual QuantizationParameters ChooseParameters(WalkedValue value, QuantizationParameters parameters) => parameters;

    /// <summary>Moves the weights of one group of a layer, before they are rounded.</summary>
    internal virtual void MoveWeights(WalkedGroup group) { }

    /// <summary>Moves the bias of a layer.</summary>
    /// <param name="wanted">What the float model gives, one tensor a sample.</param>
    /// <param name="sums">What the rounded layer gives without its bias.</param>
    /// <param name="bias">One for each output channel; moved in place.</param>
    /// <param name="forEachSample">Calls its argument for each sample, on several threads.</param>
    internal virtual void MoveBias(IReadOnlyList<Tensor> wanted, IReadOnlyList<Tensor> sums, float[] bias,
        Action<Action<int>> forEachSample)
    { }

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context) =>
        [LayerWalk.Apply(draft, [this], context)];
}

/// <summary>A value between operators, as the walk has come to it.</summary>
/// <param name="Group">Its place in the plan.</param>
/// <param name="IsOutput">Whether it is an output of the model.</param>
/// <param name="Wanted">The float model's value, one tensor a sample.</param>
/// <param name="Here">The value that the layers before have made, not rounded yet.</param>
/// <param name="ForEachSample">Calls its argument for each sample, on several threads.</param>
sealed record WalkedValue(ValueGroup Group, bool IsOutput, IReadOnlyList<Tensor> Wanted, IReadOnlyList<Tensor> Here,
    Action<Action<int>> ForEachSample);

/// <summary>One group of a layer's weights, and what is known of its inputs.</summary>
/// <param name="Weights">[rows, depth]; may be moved in place.</param>
/// <param name="Rows">Output channels of the group.</param>
/// <param name="Half">The moments of one half of the samples.</param>
/// <param name="OtherHalf">The moments of the other half.</param>
/// <param name="All">The moments of all samples.</param>
/// <param name="Threads">How many rows may be worked on at once.</param>
sealed record WalkedGroup(float[] Weights, int Rows, InputMoments Half, InputMoments OtherHalf, InputMoments All, int Threads);
