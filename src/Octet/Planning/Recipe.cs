using Octet.Graphs;

namespace Octet.Planning;

/// <summary>
/// How a model is quantized, as data: what will run it, how its values become integers, and where that differs. A recipe can be written as
/// YAML (docs/recipes.md), and those of other tools come with Octet.
/// </summary>
public sealed record Recipe
{
    /// <summary>For messages and files: <c>pytorch-fbgemm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the recipe does and whose defaults it follows, in a sentence.</summary>
    public string Description { get; init; } = "";

    /// <summary>What will run the integer model.</summary>
    public Target Target { get; init; } = Target.OnnxRuntime;

    /// <summary>What holds for the whole model.</summary>
    public QConfig Config { get; init; } = new();

    /// <summary>What is different in the first layer: the operators with weights that no other lies before, their inputs and outputs. Null
    /// if nothing is.</summary>
    public QConfigChange? FirstLayer { get; init; }

    /// <summary>What is different in the last layer: the operators with weights that no other lies behind. Null if nothing is.</summary>
    public QConfigChange? LastLayer { get; init; }

    /// <summary>What is different elsewhere; a later change wins over an earlier one, and all of them over those of the first and last
    /// layer.</summary>
    public IReadOnlyList<QConfigOverride> Overrides { get; init; } = [];

    /// <summary>Whether the model's outputs stay in floats, back to the layers that make them. Without, only those do that the target gives
    /// as floats anyway, and those of <see cref="FloatUnlikeOutputs"/>.</summary>
    public bool FloatOutputs { get; init; }

    /// <summary>
    /// Whether outputs stay in floats that join unlike quantities: values of a fixed range, such as probabilities, beside others in a
    /// Concat, as detectors give boxes and scores.
    /// </summary>
    public bool FloatUnlikeOutputs { get; init; }

    /// <summary>
    /// Whether a method may choose a range for the model's outputs in which some values saturate. By default they never do: which of them
    /// is the largest is often the question.
    /// </summary>
    public bool SaturateOutputs { get; init; }

    /// <summary>What is done, in this order. A step that needs integers comes behind the one that chooses ranges.</summary>
    public required IReadOnlyList<QuantizationStep> Steps { get; init; }

    /// <summary>The step of a kind; null if the recipe has none.</summary>
    public T? FindStep<T>() where T : QuantizationStep => Steps.OfType<T>().FirstOrDefault();

    /// <summary>The recipe with some nodes left in floats.</summary>
    /// <param name="matches">See <see cref="QConfigOverride"/>.</param>
    public Recipe Excluding(IEnumerable<string> matches)
    {
        ArgumentNullException.ThrowIfNull(matches);
        return this with { Overrides = [.. Overrides, .. matches.Select(match => new QConfigOverride(match, QConfigChange.StayFloat))] };
    }

    /// <summary>The recipe for another device, with the integers between operators that it takes.</summary>
    public Recipe For(Target target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return this with
        {
            Target = target,
            Config = target.Activations is { } activations ? Config with { Activations = activations } : Config,
        };
    }

    /// <summary>Whether weights or biases are changed by what samples show, so that a table of ranges does not hold all of the
    /// result.</summary>
    internal bool ChangesWeights => Steps.Any(step => step.ChangesWeights);

    /// <summary>Whether samples, or ranges from an earlier calibration, have to say what values are like.</summary>
    public bool NeedsSamples => Steps.Any(step => step.NeedsSamples);

    /// <summary>Where quantizers stand: by the rule of a step that has one of its own, else by that of the target.</summary>
    internal QuantizerPlacement Placement =>
        Steps.Select(step => step.Placement).FirstOrDefault(placement => placement is not null) ?? Target.Placement;

    /// <summary>The plan for a model.</summary>
    /// <exception cref="PlanException">Nothing of the model would become integers, or the recipe names what the model lacks.</exception>
    internal QuantizationPlan PlanFor(Model model)
    {
        var plan = Placement.Plan(model.Graph, this);
        if (plan.IsEmpty) throw Placement.NothingToQuantize(model, this);
        PlannedConstants.ThrowIfNotFinite(plan);
        if (Target.Activations is { } taken && plan.Groups.FirstOrDefault(group => group.Spec != taken) is { } other)
        {
            throw new PlanException($"Target {Target.Name} takes {taken} integers between operators alone, but recipe {Name} makes "
                + $"'{other.Values[0].Name}' {other.Spec}. Let the recipe's activations be {taken}, without other integers elsewhere.");
        }
        return plan;
    }

    /// <summary><see cref="Name"/>.</summary>
    public override string ToString() => Name;
}
