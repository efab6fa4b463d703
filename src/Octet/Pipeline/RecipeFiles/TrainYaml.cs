using Octet.Training;
using YamlDotNet.RepresentationModel;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>The options of steps that train in a recipe's file.</summary>
static class TrainYaml
{
    const int MaxCount = 1_000_000_000;

    /// <summary>A key, how it is read, and what is written behind it; null where there is nothing to write.</summary>
    sealed record Setting(string Key, Func<YamlMap, string, TrainingStep, TrainingStep> Read, Func<TrainingStep, string?> Text);

    static readonly (string Word, QuantizerTraining? Value)[] Scales =
    [
        ("as-it-suits", null), ("fixed", QuantizerTraining.Fixed), ("learned", QuantizerTraining.LearnedScales),
        ("thresholds", QuantizerTraining.LearnedThresholds), ("followed", QuantizerTraining.FollowedRanges),
    ];

    static readonly (string Word, LearningSchedule Value)[] Schedules =
    [
        ("cosine", new CosineSchedule()), ("constant", LearningSchedule.Constant), ("steps", LearningSchedule.Steps),
            ("one-cycle", new OneCycleSchedule()),
    ];

    static readonly (string Word, bool Value)[] Units = [("absolute", false), ("step", true)];

    /// <summary>Those of all steps that train.</summary>
    static readonly Setting[] Common =
    [
        Number("teacher", 0, 1, step => step.TeacherShare, (step, share) => step with { TeacherShare = share }),
        Number("temperature", 0.01, 100, step => step.Temperature, (step, temperature) => step with { Temperature = temperature }),
        Number("smoothing", 0, 0.99, step => step.Smoothing, (step, smoothing) => step with { Smoothing = smoothing }),
        new("optimizer", ReadOptimizer, step => OptimizerWord(step.Options.Optimizer)),
        Number("weight-decay", 0, 1, step => step.Options.Optimizer.WeightDecay,
            (step, decay) => Changed(step, options => options with { Optimizer = options.Optimizer with { WeightDecay = decay } })),
        Number("rate", 0, 100, step => step.Options.LearningRate,
            (step, rate) => Changed(step, options => options with { LearningRate = rate })),
        new(
            "schedule", (map, key, step) =>
                Changed(step,
                    options => options with { Schedule =
                        map.Choice(key, options.Schedule with { WarmUpSteps = 0 },
                            Schedules) with { WarmUpSteps = options.Schedule.WarmUpSteps } }),
            step => Yaml.Word(Schedules, step.Options.Schedule with { WarmUpSteps = 0 })),
        Count("warm-up", 0, step => (int)Math.Min(int.MaxValue, step.Options.Schedule.WarmUpSteps),
            (step, count) => Changed(step, options => options with { Schedule = options.Schedule with { WarmUpSteps = count } })),
        Count("epochs", 1, step => step.Options.Steps is null ? step.Options.Epochs : null,
            (step, epochs) => Changed(step, options => options with { Epochs = epochs, Steps = null })),
        Count("steps", 1, step => (int?)step.Options.Steps, (step, steps) => Changed(step, options => options with { Steps = steps })),
        Count("batch", 1, step => step.Options.Batch, (step, batch) => Changed(step, options => options with { Batch = batch })),
        Count("seed", 0, step => step.Options.Seed, (step, seed) => Changed(step, options => options with { Seed = seed })),
        Number("hold-out", 0.001, 0.9, step => step.HoldOut, (step, share) => step with { HoldOut = share }),
        Number("area", 0.01, 1, step => step.Augmentation?.MinArea ?? 1,
            (step, area) => Augmented(step, change => change with { MinArea = area })),
        Number("jitter", 0, 1, step => step.Augmentation?.Jitter ?? 0,
            (step, share) => Augmented(step, change => change with { Jitter = share })),
        new("mix", (map, key, step) => map.Has(key) ? Augmented(step, change => change with { Mixes = map.Flag(key, change.Mixes) }) : step,
            step => SpecYaml.Word(step.Augmentation?.Mixes ?? false)),
        Count("shift", 0, step => step.Augmentation?.Shift ?? 0,
            (step, pixels) => Augmented(step, change => change with { Shift = pixels })),
        new("flip", (map, key, step) => map.Has(key) ? Augmented(step, change => change with { Flip = map.Flag(key, change.Flip) }) : step,
            step => SpecYaml.Word(step.Augmentation?.Flip ?? false)),
    ];

    /// <summary>Those of <c>train</c> alone.</summary>
    static readonly Setting[] Own =
    [
        new("rate-unit",
            (map, key, step) =>
                Changed(step,
                    options => options with { Plan =
                        options.Plan with { RatesInSteps = map.Choice(key, options.Plan.RatesInSteps, Units) } }),
                        step => Yaml.Word(Units, step.Options.Plan.RatesInSteps)),
        Number("scale-rate", 0, 100, step => step.Options.QuantizerRate,
            (step, rate) => Changed(step, options => options with { QuantizerRate = rate })),
        new("scales", (map, key, step) => (Train)step with { Quantizers = map.Choice(key, ((Train)step).Quantizers, Scales) },
            step => Yaml.Word(Scales, ((Train)step).Quantizers)),
        Number("scales-until", 0, 1, step => step.Options.QuantizersUntil,
            (step, share) => Changed(step, options => options with { QuantizersUntil = share })),
        Number("scales-reach", 0.001, 100, step => Finite(step.Options.Plan.QuantizerReach),
            (step, reach) => Changed(step, options => options with { Plan = options.Plan with { QuantizerReach = reach } })),
        Count("inner-layers", 0, step => ((Train)step).InnerLayers, (step, count) => (Train)step with { InnerLayers = count }),
        new("frozen", (map, key, step) => (Train)step with { Frozen = ReadNames(map, key, ((Train)step).Frozen) },
            step => ((Train)step).Frozen.Count == 0 ? null : $"[{string.Join(", ", ((Train)step).Frozen.Select(name => $"\"{name}\""))}]"),
        Number("max-gradient", 1e-9, 1e9, step => step.Options.MaxGradient,
            (step, max) => Changed(step, options => options with { MaxGradient = max })),
        Number("average", 0, 0.999999, step => step.Options.WeightAverage,
            (step, share) => Changed(step, options => options with { WeightAverage = share })),
        Number("dampening", 0, 1e6, step => AboveZero(step.Options.Oscillations.Dampening), (step, strength) => Changed(step,
            options => options with { Oscillations = options.Oscillations with { Dampening = strength } })),
        Number("max-oscillation", 0, 1, step => AboveZero(step.Options.Oscillations.MaxFrequency), (step, frequency) => Changed(step,
            options => options with { Oscillations = options.Oscillations with { MaxFrequency = frequency } })),
        Count("patience", 1, step => step.Options.Patience, (step, epochs) => Changed(step, options => options with { Patience = epochs })),
    ];

    /// <summary>Reads the options; what is wrong is noted with its line.</summary>
    public static TrainingStep Read(YamlMap map, TrainingStep fallback)
    {
        if (map.Has("epochs") && map.Has("steps"))
            map.Refuse(map.Node("steps")!, "'epochs' and 'steps' both say how long to train; give one");
        return SettingsOf(fallback).Aggregate(fallback, (step, setting) => setting.Read(map, setting.Key, step));
    }

    /// <summary>A line for each option that has a value: a printed recipe shows all that can be changed.</summary>
    public static IEnumerable<string> Lines(TrainingStep step) =>
        SettingsOf(step).Select(setting => (setting.Key, Text: setting.Text(step))).Where(entry => entry.Text is not null)
        .Select(entry => $"{entry.Key}: {entry.Text}");

    static Setting[] SettingsOf(TrainingStep step) => step is Train ? [.. Common, .. Own] : Common;

    static TrainingStep Changed(TrainingStep step, Func<TrainingOptions, TrainingOptions> change) =>
        step with { Options = change(step.Options) };

    static TrainingStep Augmented(TrainingStep step, Func<Augmentation, Augmentation> change) =>
        change(step.Augmentation ?? new()) is var augmentation && augmentation == new Augmentation()
        ? step with { Augmentation = null } : step with { Augmentation = augmentation };

    /// <summary>What is off is not printed.</summary>
    static double? AboveZero(double value) => value > 0 ? value : null;

    static double? Finite(double number) => double.IsFinite(number) ? number : null;

    static string OptimizerWord(TrainingOptimizer optimizer) => optimizer switch
    {
        SgdOptimizer => "sgd",
        AdamOptimizer { Decoupled: true } => "adamw",
        _ => "adam",
    };

    static TrainingStep ReadOptimizer(YamlMap map, string key, TrainingStep step)
    {
        var decay = step.Options.Optimizer.WeightDecay;
        var optimizer = map.Choice(
            key, step.Options.Optimizer,
            ("sgd", new SgdOptimizer(Momentum: 0.9, Nesterov: true, WeightDecay: decay)), ("adam", new AdamOptimizer(WeightDecay: decay)),
            ("adamw", new AdamOptimizer(WeightDecay: decay, Decoupled: true)));
        return Changed(step, options => options with { Optimizer = optimizer });
    }

    static IReadOnlyList<string> ReadNames(YamlMap map, string key, IReadOnlyList<string> fallback)
    {
        if (map.Node(key) is not { } node) return fallback;
        if (node is YamlSequenceNode list && list.Children.All(item => item is YamlScalarNode { Value.Length: > 0 }))
            return [.. list.Children.Select(item => ((YamlScalarNode)item).Value!)];
        map.Refuse(node, $"'{key}' must be a list of names: '{key}: [ \"head.*\" ]'");
        return fallback;
    }

    static Setting Number(string key, double low, double high, Func<TrainingStep, double?> get,
        Func<TrainingStep, double, TrainingStep> set) =>
        new(key, (map, name, step) => map.Number(name, low, high) is { } number ? set(step, number) : step,
            step => get(step) is { } number ? Yaml.Text(number) : null);

    static Setting Count(string key, int low, Func<TrainingStep, int?> get, Func<TrainingStep, int, TrainingStep> set) =>
        new(key, (map, name, step) => map.Count(name, low, MaxCount) is { } number ? set(step, number) : step,
            step => get(step) is { } number ? Yaml.Text(number) : null);
}
