using Octet.Graphs;
using Octet.Numerics;

namespace Octet.Planning;

/// <summary>A model on its way through the steps of a recipe: the float model as it is now, the plan for it, and its integers once ranges
/// are chosen. Immutable.</summary>
sealed class QuantizationDraft
{
    QuantizationPlan? _plan;

    QuantizationDraft(QuantizationDraft origin, Model model) =>
        (Recipe, Model, Reference, Remark, IsEqualized) = (origin.Recipe, model, model.Graph, origin.Remark, origin.IsEqualized);

    /// <param name="model">A prepared model; it is not changed.</param>
    /// <param name="recipe">How it is quantized.</param>
    public QuantizationDraft(Model model, Recipe recipe)
    {
        (Recipe, Model) = (recipe, LayeredNormalizations.Of(model, recipe));
        Reference = Model.Graph;
    }

    public Recipe Recipe { get; private init; }

    /// <summary>The float model, as the steps so far have changed it.</summary>
    public Model Model { get; private init; }

    /// <summary>What sets the draft apart from others of the same recipe, for reports; empty for the plain one.</summary>
    public string Remark { get; private init; } = "";

    /// <summary>Whether the float model was changed by what samples show: what was measured of the model as it was given does not hold for
    /// it.</summary>
    public bool IsEqualized { get; private init; }

    /// <summary>The float graph that layers are to be compared with: the one that was measured, before weights and biases were
    /// tuned.</summary>
    public Graph Reference { get; private init; }

    /// <summary>The float graph with biases that were calibrated and are not rounded yet; null where no step moves them.</summary>
    public Graph? Calibrated { get; private init; }

    /// <summary>The model with its integers; null before ranges are chosen.</summary>
    public QuantizedModel? Quantized { get; private init; }

    /// <summary>The ranges of the values between operators, by name; empty before they are chosen.</summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges { get; private init; } = new Dictionary<string, ValueRange>();

    /// <summary>How the ranges were chosen, for tables and reports; empty before.</summary>
    public string Method { get; private init; } = "";

    /// <summary>The plan, made when it is first asked for.</summary>
    /// <exception cref="PlanException">Nothing of the model would become integers, or the recipe names what the model lacks.</exception>
    public QuantizationPlan Plan => _plan ??= Recipe.PlanFor(Model);

    /// <summary>The draft with another graph that computes the same; it is planned anew, and has no integers yet.</summary>
    public QuantizationDraft WithGraph(Graph graph) => new(this, Model.With(graph));

    /// <summary>The same with a graph that was changed by what samples show, and a remark.</summary>
    /// <param name="graph">Computes what the graph before computed.</param>
    /// <param name="remark">See <see cref="Remark"/>.</param>
    /// <param name="recipe">Where the draft differs from others in its recipe too; null keeps it.</param>
    public QuantizationDraft WithEqualized(Graph graph, string remark, Recipe? recipe = null) =>
        new(this, Model.With(graph)) { Remark = remark, IsEqualized = true, Recipe = recipe ?? Recipe };

    /// <summary>The same with another remark.</summary>
    public QuantizationDraft WithRemark(string remark) => new(this, Model)
    {
        Method = Method,
        Quantized = Quantized,
        Reference = Reference,
        Calibrated = Calibrated,
        Ranges = Ranges,
        Remark = remark,
        _plan = _plan,
    };

    /// <summary>The draft with its first integers.</summary>
    /// <param name="quantized">Of the draft's own graph.</param>
    /// <param name="ranges">See <see cref="Ranges"/>.</param>
    /// <param name="method">See <see cref="Method"/>.</param>
    public QuantizationDraft WithRanges(QuantizedModel quantized, IReadOnlyDictionary<string, ValueRange> ranges, string method) =>
        new(this, quantized.Model)
        { Method = method, Quantized = quantized, Ranges = ranges, Reference = Reference, _plan = quantized.Plan };

    /// <summary>The draft with other weights, biases and scales than it has.</summary>
    /// <param name="quantized">In a copy of the graph.</param>
    /// <param name="calibrated">See <see cref="Calibrated"/>.</param>
    /// <param name="ranges">See <see cref="Ranges"/>; null takes what the integers can represent.</param>
    /// <param name="method">See <see cref="Method"/>; null keeps it.</param>
    public QuantizationDraft WithTuned(
        QuantizedModel quantized, Graph calibrated, IReadOnlyDictionary<string, ValueRange>? ranges = null, string? method = null) =>
        new(this, quantized.Model)
        {
            Method = method ?? Method,
            Quantized = quantized,
            Reference = Reference,
            Calibrated = calibrated,
            Ranges = ranges
                ?? quantized.Plan.Groups.Where(group => group.Fixed is null).SelectMany(group => group.Values)
                .ToDictionary(value => value.Name, value => quantized.ActivationOf(value)!.RangeOf(0)),
            _plan = quantized.Plan,
        };
}
