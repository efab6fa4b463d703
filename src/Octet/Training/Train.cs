using System.IO.Enumeration;
using Octet.Graphs;
using Octet.Planning;

namespace Octet.Training;

/// <summary>
/// Trains the model with its integers in it: weights by gradients that pass straight through the rounding, and scales as
/// <see cref="Quantizers"/> says.
/// </summary>
public sealed record Train : TrainingStep
{
    /// <summary>Half of TQT's rate: in short runs thresholds that move by 1e-2 a step change many scales at once.</summary>
    const double ThresholdRate = 5e-3;

    /// <summary>A share of the scale.</summary>
    const double ScaleRate = 1e-3;

    /// <summary>Trains as <see cref="Usual"/> says.</summary>
    public Train() => Options = Usual;

    /// <inheritdoc/>
    public override string Name => "train";

    /// <summary>What becomes of scales; null for what suits the recipe: <see cref="QuantizedTraining.QuantizersFor"/>.</summary>
    public QuantizerTraining? Quantizers { get; init; }

    /// <summary>How many inner values are to be like the float model's too, spread over the network; 0 for none. They tell each layer what
    /// it has to give, which helps where samples are few. Together they count as much as the outputs.</summary>
    public int InnerLayers { get; init; }

    /// <summary>What is not trained: names of constants or of the layers that read them; <c>*</c> stands for any characters, <c>?</c> for
    /// one.</summary>
    public IReadOnlyList<string> Frozen { get; init; } = [];

    /// <summary>What is usual for a short recovery: 200 batches of 16, Adam at 1e-5 falling along a cosine; thresholds move until two
    /// thirds of the run, by one power of two at most.</summary>
    public static TrainingOptions Usual { get; } = new()
    {
        Optimizer = new AdamOptimizer(),
        LearningRate = 1e-5,
        Batch = 16,
        Steps = 200,
        QuantizersUntil = 0.67,
        Plan = new() { BatchStatistics = false, QuantizerReach = 1 },
    };

    internal override IReadOnlyList<QuantizationDraft> Apply(QuantizationDraft draft, StepContext context)
    {
        var model = draft.Quantized ?? throw new InvalidOperationException($"{Name} comes before the choice of ranges.");
        var kind = Quantizers ?? QuantizedTraining.QuantizersFor(model);
        var (data, options) = Prepare(draft, context);
        if (InnerLayers > 0) options = WithInnerLayers(draft, model, options);
        options = options with
        {
            QuantizerRate = Options.QuantizerRate ?? kind switch
            {
                QuantizerTraining.LearnedThresholds => ThresholdRate,
                QuantizerTraining.LearnedScales => ScaleRate,
                _ => null,
            },
            Plan = options.Plan with { Quantizers = kind, Frozen = FrozenIn(draft) },
        };
        var (trained, epochs, start) = QuantizedTraining.Train(model, data, options, context.Cancel);
        Note(data, options, epochs, start);
        return [trained == model ? draft : draft.WithTuned(trained, trained.Plan.Graph)];
    }

    TrainingOptions WithInnerLayers(QuantizationDraft draft, QuantizedModel model, TrainingOptions options)
    {
        var teacher = (options.Teacher ?? draft.Reference).Clone();
        var places = model.Plan.Groups.SelectMany(group => group.Values).ToHashSet();
        var inner = teacher.Nodes.SelectMany(node => node.Outputs).OfType<Value>()
            .Where(value => !value.IsGraphOutput && model.Plan.Graph.FindValue(value.Name) is { } own && places.Contains(own)).ToArray();
        var chosen = Enumerable.Range(0, Math.Min(InnerLayers, inner.Length))
            .Select(index => inner[(int)((index + 0.5) * inner.Length / Math.Min(InnerLayers, inner.Length))]).ToArray();
        foreach (var value in chosen) teacher.AddOutput(value);
        return options with
        {
            Teacher = teacher,
            Losses = [.. options.Losses, .. chosen.Select(value => new TeacherValueLoss(value.Name, 1.0 / chosen.Length))],
        };
    }

    /// <exception cref="TrainingException">A name fits nothing in the model.</exception>
    Func<string, bool> FrozenIn(QuantizationDraft draft)
    {
        if (Frozen.Count == 0) return Options.Plan.Frozen;
        var namesOf =
            draft.Plan.Graph.Constants.ToDictionary(constant => constant.Name,
                constant => constant.Consumers.Select(node => node.Name).Prepend(constant.Name).ToArray());
        if (Frozen.Where(pattern => !namesOf.Values.Any(names => names.Any(name => Fits(pattern, name))))
            .ToArray() is { Length: > 0 } useless)
        {
            throw new TrainingException($"Recipe {draft.Recipe} freezes what the model has not: {string.Join(", ", useless)}. Give names "
                + "of layers or of their weights.");
        }
        return name => Options.Plan.Frozen(name)
            || (namesOf.TryGetValue(name, out var names) && Frozen.Any(pattern => names.Any(other => Fits(pattern, other))));

        static bool Fits(string pattern, string name) =>
            name == pattern
            || (pattern.AsSpan().ContainsAny('*', '?') && FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));
    }
}
