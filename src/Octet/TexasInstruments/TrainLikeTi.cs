using Octet.Planning;
using Octet.Training;

namespace Octet.TexasInstruments;

/// <summary>
/// Trains as TI's QuantTrainModule does, with the settings of the step <see cref="CalibrateLikeTi"/> before it: from the float model, with
/// ranges that follow the batches and stay from half of the epochs on. The calibrated model is what remains where no epoch is better.
/// </summary>
/// <remarks>Of the options, learning rates of scales and what concerns them have no effect: ranges are statistics.</remarks>
public sealed record TrainLikeTi : TrainingStep
{
    /// <summary>Trains as <see cref="Usual"/> says.</summary>
    public TrainLikeTi() => Options = Usual;

    /// <inheritdoc/>
    public override string Name => "train-like-ti";

    internal override string Follows => new CalibrateLikeTi(new()).Name;

    /// <summary>25 epochs in batches of 16, Adam at 1e-5 that falls along a cosine.</summary>
    public static TrainingOptions Usual { get; } = new()
    {
        Optimizer = new AdamOptimizer(),
        LearningRate = 1e-5,
        Batch = 16,
        Epochs = 25,
        Plan = Train.Usual.Plan,
    };

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        var settings = Fitted(TiRecipe.SettingsOf(draft.Recipe)!, draft.Recipe);
        var (data, options) = Prepare(draft, context);
        using var run = new TiTraining(draft, settings, data, options);
        var best = run.Run(context.Cancel);
        Note(data, options, run.Epochs, run.Start);
        return [best is var (quantized, floats) ? draft.WithTuned(quantized, floats, method: QuantModuleOptions.MethodName) : draft];
    }

    static QuantModuleOptions Fitted(QuantModuleOptions settings, Recipe recipe) =>
        recipe.FloatOutputs ? settings with { QuantizeOutput = false } : settings;
}
