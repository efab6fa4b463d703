using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>A model cannot be quantized as asked.</summary>
public sealed class PlanException(string message) : OctetException(message)
{
    internal static PlanException NothingToQuantize(string model, Recipe recipe) => new(
        $"'{model}' has nothing to quantize: none of its operators on float32 values is among those that target {recipe.Target.Name} computes in integers "
        + $"({string.Join(", ", recipe.Target.Rules.Select(rule => rule.OpType))}). Does recipe {recipe.Name} leave all of it in floats?");

    /// <summary>Refuses a model of which no sensible plan can be made.</summary>
    /// <exception cref="PlanException">
    /// It is quantized already (integers that merely enter or leave a float model are no matter), computes in other floats than float32, or leaves open what its inputs are.
    /// </exception>
    internal static void ThrowIfUnfit(Model model)
    {
        var graph = model.Graph;
        if (graph.Nodes.Where(IsOfIntegers).ToArray() is { Length: > 0 } nodes) throw new PlanException(
            $"'{model.Source}' is quantized already: {nodes.Length} of its nodes make or take integers, the first is {nodes[0].Label}. Give the float model that it was made from. "
            + "'octet evaluate', 'octet compare' and 'octet run' take it as it is.");

        if (!graph.Values.Any(value => value.Type == DataType.Float32) && graph.Values.FirstOrDefault(value => value.Type is DataType.Float16 or DataType.BFloat16 or DataType.Float64) is { } other) throw new PlanException(
            $"'{model.Source}' computes in {other.Type.DisplayName}, and Octet quantizes models in float32: export it in float32, from which it was most likely made.");

        var open = graph.Inputs.Where(input => input.Shape is null).Select(input => input.Name).ToArray();
        if (open.Length > 0 && graph.Nodes.Any(node => node.Outputs.OfType<Value>().Any(output => output.Type == DataType.Undefined))) throw new PlanException(
            $"'{model.Source}' does not say which shape its input {string.Join(", ", open)} has, so that types behind it stay unknown. 'octet prepare {model.Source} --input-shapes 1,3,224,224 -o FILE' says it.");
    }

    static bool IsOfIntegers(Node node) => node.Operator.IntegerUse switch
    {
        IntegerUse.Makes => node.Outputs is not [{ IsGraphOutput: true }],
        IntegerUse.Reads => node.InputOrNull(0) is not { IsGraphInput: true },
        var use => use == IntegerUse.Computes,
    };

    internal static PlanException WithoutEffect(Recipe recipe, IEnumerable<string> properties) => new(
        $"Recipe {recipe.Name} calibrates as TI's modules do, which would not look at its {string.Join(", ", properties)}: all layers become integers, by rules of their own. "
        + "Change the settings in Pact2 instead, by Recipe.With, or take a recipe of another kind.");

    internal static PlanException GoesNodeByNode(IReadOnlyList<Graphs.Node> nodes) => new(
        $"Recipes that tune layers or calibrate as TI's modules do go through a model node by node, which {nodes[0].Label}{(nodes.Count > 1 ? $" and {nodes.Count - 1} more" : "")} "
        + "with a graph inside do not let them. Take the recipe default, or cut the model before.");

    internal static PlanException NoRanges(string model) =>
        new($"'{model}' holds no ranges: no Clip or Pact2 node with limits on both sides. Calibrate the model first by a recipe such as ti-advanced; QuantCalibrateModule.Module and TidlExport hold the ranges.");

    internal static PlanException NothingMatches(IReadOnlyList<string> matches, Graph graph)
    {
        var words = graph.Nodes.Select(node => node.OpType).Concat(graph.Nodes.Select(node => node.Name)).Concat(graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().Select(value => value.Name));
        var known = words.Where(word => word.Length > 0).ToHashSet();
        var list = matches.Select(match => Spelling.Closest(match, known) is { } closest ? $"'{match}' (did you mean '{closest}'?)" : $"'{match}'");
        return new($"The recipe changes or excludes what the model lacks: {string.Join(", ", list)}. "
            + "It takes the type of an operator, the name of a node or of a value, or a pattern of names with * and ?; 'octet inspect --nodes' lists them.");
    }
}
