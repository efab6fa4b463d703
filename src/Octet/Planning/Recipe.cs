namespace Octet.Planning;

/// <summary>
/// How a model is quantized, as data: what will run it, how its values become integers, and where that differs. A recipe can be written as YAML (docs/recipes.md),
/// and <see cref="Recipes"/> has those of other tools.
/// </summary>
public sealed record Recipe
{
    /// <summary>What is used where nobody asks for another.</summary>
    public static Recipe Default => Recipes.Default;

    /// <summary>For messages and files: <c>pytorch-fbgemm</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Whose habits these are, in a sentence for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>What will run the integer model.</summary>
    public Target Target { get; init; } = Target.OnnxRuntime;

    /// <summary>What holds for the whole model.</summary>
    public QConfig Config { get; init; } = new();

    /// <summary>What is different in the first layer: the operators with weights that no other lies before, their inputs and outputs. Null if nothing is.</summary>
    public QConfigChange? FirstLayer { get; init; }

    /// <summary>What is different in the last layer: the operators with weights that no other lies behind. Null if nothing is.</summary>
    public QConfigChange? LastLayer { get; init; }

    /// <summary>What is different elsewhere; a later change wins over an earlier one, and all of them over those of the first and last layer.</summary>
    public IReadOnlyList<QConfigOverride> Overrides { get; init; } = [];

    /// <summary>Whether the model's outputs stay in floats. Without, only those do that the target gives as floats anyway.</summary>
    public bool FloatOutputs { get; init; }

    /// <summary>
    /// Whether a method may choose a range for the model's outputs in which some values saturate. By default they never do: which of them is the largest is often the question.
    /// </summary>
    public bool SaturateOutputs { get; init; }

    /// <summary>
    /// Whether the channels of layers with a gate behind them, such as SiLU, are first brought to one order of magnitude where one scale would suit only the largest
    /// (<see cref="Passes.EqualizeGates"/>). Values whose content that changes get other names; with ranges from a table that does not know these names, nothing is changed.
    /// </summary>
    public bool EqualizeGates { get; init; }

    /// <summary>The recipe with some nodes left in floats.</summary>
    /// <param name="matches">See <see cref="QConfigOverride"/>.</param>
    public Recipe Excluding(IEnumerable<string> matches) =>
        this with { Overrides = [.. Overrides, .. matches.Select(match => new QConfigOverride(match, QConfigChange.StayFloat))] };

    /// <summary>Calibration as TI's modules do it, from which <see cref="Config"/> follows; null for all other recipes. It knows no exceptions for layers.</summary>
    public QuantModuleOptions? Pact2 { get; init; }

    /// <summary>The recipe with other settings of TI's calibration, and the integers that follow from them.</summary>
    public Recipe With(QuantModuleOptions settings) => Recipes.Ti(settings, Name, Description) with { Target = Target };

    /// <summary>What is done beyond ranges; null for nothing. Has no place beside <see cref="Pact2"/>.</summary>
    public TuningOptions? Tuning { get; init; }

    /// <summary>Whether weights and biases are calibrated too, so that a table of ranges does not say all.</summary>
    internal bool ChangesWeights => Pact2 is not null || Tuning is not null;

    public override string ToString() => Name;
}
