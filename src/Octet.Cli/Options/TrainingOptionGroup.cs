using System.CommandLine;
using System.CommandLine.Parsing;
using Octet.Cluster;
using Octet.Planning;
using Octet.Training;

namespace Octet.Cli;

/// <summary>How a model is trained.</summary>
sealed class TrainingOptionGroup() : OptionGroup("Training")
{
    readonly Option<int> _epochs =
        OptionKinds.Count("--epochs", "How often all samples pass by; 10 if neither this, --steps nor the recipe says.");
    readonly Option<int> _steps = OptionKinds.Count("--steps", "How many batches to train with, instead of --epochs.");
    readonly Option<int> _batch = OptionKinds.Count("--batch", "Samples in a batch; as the recipe says, or 32, if left out.");
    readonly Option<float[]> _rate =
        OptionKinds.Numbers("--lr", "rate", "The learning rate; as the recipe says, or 1e-5, if left out, and 0.05 with --float.");
    readonly Option<float[]> _quantizerRate =
        OptionKinds.Numbers("--scale-lr", "rate",
            "The learning rate of scales, as a share of them, and of thresholds; as the recipe says, or 1e-3 and 5e-3, if left out.");
    readonly Option<float[]> _decay =
        OptionKinds.Numbers("--weight-decay", "share",
            "How much all weights are pulled towards zero; 1e-4 with --float, else 0, if left out.");
    readonly Option<float[]> _smoothing =
        OptionKinds.Numbers("--smoothing", "share", "The share of each label that is spread over all classes; 0 if left out.");
    readonly Option<int> _warmUp =
        OptionKinds.Count("--warm-up", "Steps over which the rate rises at the beginning; none if left out.", min: 0);
    readonly Option<int> _seed =
        OptionKinds.Count("--seed", "Orders and changes samples; the same seed gives the same model. 1 if left out.", min: 0);
    readonly Option<int> _threads =
        OptionKinds.Count("--threads",
            "Threads that share a step; as many as there are processors if left out. Results do not depend on it.");
    readonly Option<int> _memory =
        OptionKinds.Count("--memory",
            "MiB that the values of a step may take; larger batches are run in parts. All that there is if left out.");
    readonly Option<int> _shift = OptionKinds.Count("--shift", "Move pictures at random by up to n pixels.", min: 0);
    readonly Option<bool> _flip = OptionKinds.Flag("--flip", "Turn pictures around at random, left to right.");
    readonly Option<string> _checkpoint = OptionKinds.Text("--checkpoint", "file",
        "Where the state of training is kept after each epoch, and at Ctrl-C.");
    readonly Option<bool> _resume = OptionKinds.Flag("--resume",
        "Go on from --checkpoint, if it is there; the result is that of a run that was never stopped.");

    readonly Option<string> _optimizer =
        OptionKinds.Choice("--optimizer", "sgd (with Nesterov's momentum of 0.9), adam or adamw. sgd with --float, else adam, if left out.",
            ("sgd", "sgd"), ("adam", "adam"), ("adamw", "adamw"));

    readonly Option<LearningSchedule> _schedule = OptionKinds.Choice<LearningSchedule>(
        "--schedule", "How the rate changes: cosine (if left out), constant, steps (a tenth at half and at three quarters) or one-cycle.",
        ("cosine", new CosineSchedule()), ("constant", LearningSchedule.Constant), ("steps", LearningSchedule.Steps),
        ("one-cycle", new OneCycleSchedule()));

    readonly Option<QuantizerTraining?> _quantizers = OptionKinds.Choice<QuantizerTraining?>(
        "--scales", "What becomes of scales: fixed, learned (LSQ), thresholds (TQT: powers of two) or followed (moving average). What "
        + "suits the recipe if left out.",
        ("fixed", QuantizerTraining.Fixed), ("learned", QuantizerTraining.LearnedScales),
        ("thresholds", QuantizerTraining.LearnedThresholds), ("followed", QuantizerTraining.FollowedRanges));

    public override IReadOnlyList<Option> Options =>
        [_epochs, _steps, _batch, _rate, _quantizerRate, _optimizer, _schedule, _warmUp, _decay, _smoothing, _quantizers, _shift, _flip,
        _seed, _threads, _memory, _checkpoint, _resume];

    public void Check(CommandResult request, bool isFloat)
    {
        if (request.Has(_epochs) && request.Has(_steps)) request.AddError("--epochs and --steps both say how long to train; give one.");
        if (request.Has(_resume) && !request.Has(_checkpoint)) request.AddError("--resume goes on from --checkpoint; give it too.");
        if (isFloat && new Option[] { _quantizers, _quantizerRate }.FirstOrDefault(request.Has) is { } idle)
            request.AddError($"{idle.Name} is about quantizers, and --float trains without them.");
    }

    public double Smoothing(CommandRun run) => run.Get(_smoothing) is [var share, ..] ? share : 0;

    public Augmentation? Augmentation(CommandRun run) =>
        run.Has(_shift) || run.Has(_flip) ? new() { Shift = run.Get(_shift), Flip = run.Get(_flip) } : null;

    /// <summary>The recipe with a step that trains: its own, or one at the end, as these options change it.</summary>
    public Recipe Read(CommandRun run, Recipe recipe)
    {
        var own = recipe.FindStep<TrainingStep>();
        TrainingStep step = own ?? new Train { Options = Train.Usual with { Batch = 32, Epochs = 10, Steps = null } };
        step = step with
        {
            Options = Change(run, step.Options),
            Smoothing = run.Get(_smoothing) is [var share, ..] ? share : step.Smoothing,
        };
        return recipe with
        {
            Steps = own is null
            ? [.. recipe.Steps, step] : [.. recipe.Steps.Select(other => other is TrainingStep ? step : other)]
        };
    }

    /// <summary>Training in floats, or with quantizers as <see cref="Read(CommandRun, Recipe)"/> says.</summary>
    public TrainingOptions Read(CommandRun run, bool isFloat)
    {
        var floats = new TrainingOptions
        {
            LearningRate = 0.05,
            Optimizer = new SgdOptimizer(Momentum: 0.9, Nesterov: true, WeightDecay: 1e-4),
        };
        return (isFloat ? Change(run, floats) : floats) with
        {
            Checkpoint = run.Get(_checkpoint),
            Resume = run.Get(_resume),
            Plan = new()
            {
                MaxBytes = run.Has(_memory) ? (long)run.Get(_memory) << 20 : new TrainingPlanOptions().MaxBytes,
                Threads = Threads(run),
                BatchStatistics = isFloat,
            },
        };
    }

    /// <summary>Threads for all that is done.</summary>
    public int Threads(CommandRun run) => run.Has(_threads) ? run.Get(_threads) : RankGroup.Processors;

    TrainingOptions Change(CommandRun run, TrainingOptions options)
    {
        var decay = run.Get(_decay) is [var share, ..] ? share : options.Optimizer.WeightDecay;
        return options with
        {
            Epochs = run.Has(_epochs) ? run.Get(_epochs) : options.Epochs,
            Steps = run.Has(_steps) ? run.Get(_steps) : run.Has(_epochs) ? null : options.Steps,
            Batch = run.Has(_batch) ? run.Get(_batch) : options.Batch,
            LearningRate = run.Get(_rate) is [var rate, ..] ? rate : options.LearningRate,
            QuantizerRate = run.Get(_quantizerRate) is [var scaleRate, ..] ? scaleRate : options.QuantizerRate,
            Optimizer = run.Get(_optimizer) switch
            {
                "adam" => new AdamOptimizer(WeightDecay: decay),
                "adamw" => new AdamOptimizer(WeightDecay: decay, Decoupled: true),
                "sgd" => new SgdOptimizer(Momentum: 0.9, Nesterov: true, WeightDecay: decay),
                _ => options.Optimizer with { WeightDecay = decay },
            },
            Schedule = (run.Get(_schedule) ?? options.Schedule) with
            {
                WarmUpSteps = run.Has(_warmUp)
                ? run.Get(_warmUp) : options.Schedule.WarmUpSteps
            },
            Seed = run.Has(_seed) ? run.Get(_seed) : options.Seed,
        };
    }
}
