using Octet.Graphs;
using Octet.Planning;

namespace Octet.TexasInstruments;

/// <summary>TI's rule where quantizers stand: behind activations, layers and what joins values (<see cref="TiPlaces"/>); every layer has
/// its weights in integers.</summary>
/// <param name="Settings">Say what is covered.</param>
sealed record TiPlacement(QuantModuleOptions Settings) : QuantizerPlacement
{
    internal override QuantizationPlan Plan(Graph graph, Recipe recipe)
    {
        if (TiRecipe.WithoutEffect(recipe).ToArray() is { Length: > 0 } ignored) throw PlanException.WithoutEffect(recipe, ignored);
        var settings = recipe.FloatOutputs ? Settings with { QuantizeOutput = false } : Settings;
        var values = TiPlaces.Find(graph, settings).Select(place => place.Value).ToHashSet();
        var layers = graph.Layers().Select(node => new Pact2Layer(node, settings)).ToArray();
        if (layers.Length == 0) return new(graph, recipe, [], [], []);
        return new(
            graph, recipe,
            [.. graph.Values.Where(values.Contains).Select(value => new ValueGroup([value], [value], recipe.Config.Activations))],
            [.. layers.Select(layer => new PlannedWeight(layer.Node, layer.Node.LayerWeight!, recipe.Config.Weights, layer.ChannelAxis))],
            [.. layers.Where(layer => layer.Bias is not null && values.Contains(layer.Node.Inputs[0]!))
                .Select(layer =>
                    new PlannedBias(layer.Node, layer.Node.Operator.Weights!.BiasInput!.Value, layer.Node.Inputs[0]!,
                        layer.Node.LayerWeight!))]);
    }
}
