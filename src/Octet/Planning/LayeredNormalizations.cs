using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;

namespace Octet.Planning;

/// <summary>The graph that a recipe plans for: where each channel of a weight has a scale of its own, batch normalizations between layers
/// are layers themselves, so that no values go back to floats for them.</summary>
static class LayeredNormalizations
{
    /// <returns>The model itself where nothing changes; else one with a graph of its own.</returns>
    /// <exception cref="PlanException">The recipe names what the model lacks.</exception>
    public static Model Of(Model model, Recipe recipe)
    {
        if (!model.Graph.Nodes.Any(NormalizationToConvolution.CanApply) || recipe.Placement != recipe.Target.Placement) return model;
        var graph = model.Graph.Clone(out _);
        var configs = new NodeConfigs(graph, recipe);
        var layers = new NormalizationToConvolution(node => configs[node] is { Weights.PerChannel: true } && LeadsToLayer(node));
        return layers.Apply(graph) > 0 ? model.With(graph) : model;
    }

    /// <summary>Whether a layer reads what a normalization makes, directly or behind an activation; else there is nothing to gain by
    /// integers.</summary>
    static bool LeadsToLayer(Node node) => node.Output.Consumers.Any(reader =>
        reader.IsLayer || (reader.Outputs is [{ } output] && output.Consumers.Any(next => next.IsLayer)));
}
