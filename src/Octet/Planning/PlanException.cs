using Octet.Graphs;

namespace Octet.Planning;

/// <summary>A model cannot be quantized as asked.</summary>
public sealed class PlanException(string message) : OctetException(message)
{
    public static PlanException NothingToQuantize(string model, Recipe recipe) => new(
        $"'{model}' has nothing to quantize: none of its operators on float32 values is among those that target {recipe.Target.Name} computes in integers "
        + $"({string.Join(", ", recipe.Target.Rules.Select(rule => rule.OpType))}). Is it in float16? Does recipe {recipe.Name} leave all of it in floats?");

    /// <summary>Refuses a model that has been through this already. Integers that merely enter or leave a float model are no matter.</summary>
    /// <exception cref="PlanException">It has nodes that compute with integers, or turn floats to integers and back.</exception>
    public static void ThrowIfQuantized(Model model)
    {
        var nodes = model.Graph.Nodes.Where(IsOfIntegers).ToArray();
        if (nodes.Length > 0) throw new PlanException(
            $"'{model.Source}' is quantized already: {nodes.Length} of its nodes make or take integers, the first is {nodes[0].Label}. Give the float model that it was made from. "
            + "'octet evaluate', 'octet compare' and 'octet run' take it as it is.");
    }

    static bool IsOfIntegers(Node node) => node.OpType switch
    {
        "QuantizeLinear" => node.Outputs is not [{ IsGraphOutput: true }],
        "DequantizeLinear" => node.InputOrNull(0) is not { IsGraphInput: true },
        "DynamicQuantizeLinear" or "QLinearConv" or "QLinearMatMul" or "ConvInteger" or "MatMulInteger" => true,
        _ => false,
    };

    public static PlanException WithoutEffect(Recipe recipe, IEnumerable<string> properties) => new(
        $"Recipe {recipe.Name} calibrates as TI's modules do, which would not look at its {string.Join(", ", properties)}: all layers become integers, by rules of their own. "
        + "Change the settings in Pact2 instead, by Recipe.With, or take a recipe of another kind.");

    public static PlanException GoesNodeByNode(IReadOnlyList<Graphs.Node> nodes) => new(
        $"Recipes that tune layers or calibrate as TI's modules do go through a model node by node, which {nodes[0].Label}{(nodes.Count > 1 ? $" and {nodes.Count - 1} more" : "")} "
        + "with a graph inside do not let them. Take the recipe default, or cut the model before.");

    public static PlanException NoRanges(string model) =>
        new($"'{model}' holds no ranges: no Clip or Pact2 node with limits on both sides. Calibrate the model first by a recipe such as ti-advanced; QuantCalibrateModule.Module and TidlExport hold the ranges.");

    public static PlanException NothingMatches(IReadOnlyList<string> matches, Graph graph)
    {
        var words = graph.Nodes.Select(node => node.OpType).Concat(graph.Nodes.Select(node => node.Name)).Concat(graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().Select(value => value.Name));
        var known = words.Where(word => word.Length > 0).ToHashSet();
        var list = matches.Select(match => Spelling.Closest(match, known) is { } closest ? $"'{match}' (did you mean '{closest}'?)" : $"'{match}'");
        return new($"The recipe changes or excludes what the model lacks: {string.Join(", ", list)}. "
            + "It takes the type of an operator, the name of a node or of a value, or a pattern of names with * and ?; 'octet inspect --nodes' lists them.");
    }
}
