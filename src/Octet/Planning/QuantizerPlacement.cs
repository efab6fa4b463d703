using Octet.Graphs;

namespace Octet.Planning;

/// <summary>A rule that says where quantizers stand in a graph: a plan of what becomes integers, before anything is measured.</summary>
public abstract record QuantizerPlacement
{
    /// <summary>Around the operators that the target computes in integers: <see cref="Planner"/>.</summary>
    public static QuantizerPlacement AroundOperators { get; } = new ByRules();

    /// <summary>Plans a graph.</summary>
    /// <exception cref="PlanException">The recipe names something that the graph lacks.</exception>
    internal abstract QuantizationPlan Plan(Graph graph, Recipe recipe);

    /// <summary>Why nothing of a model becomes integers.</summary>
    internal virtual PlanException NothingToQuantize(Model model, Recipe recipe) => PlanException.NothingToQuantize(model, recipe);

    sealed record ByRules : QuantizerPlacement
    {
        internal override QuantizationPlan Plan(Graph graph, Recipe recipe) => Planner.Plan(graph, recipe);
    }
}
