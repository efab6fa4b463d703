using Octet.Calibration.Methods;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>A model cannot be quantized as asked.</summary>
public sealed class PlanException(string message) : OctetException(message)
{
    internal static PlanException NothingToQuantize(Model model, Recipe recipe)
    {
        var (graph, target) = (model.Graph, recipe.Target);
        var inside = graph.Nodes.Where(node => LayersIn(node) > 0).ToArray();
        if (inside.Length > 0) return new(
            $"'{model.Source}' has nothing to quantize outside of other nodes: its layers lie in the graphs "
            + $"inside {string.Join(", ", inside.Take(5).Select(Described))}{(inside.Length > 5 ? $" and {inside.Length - 5} more" : "")}, "
            + "which stay in floats. Where an input decides which branch is taken, fix it to a number; or export the model without "
            + "branches, for the one case that is used.")
        { Change = WhatToChange.InputValues };

        var moving = graph.Nodes.Where(node => target.RuleOf(node.OpType) is { Role: OperatorRole.MovesData or OperatorRole.Aligns })
            .Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal).ToArray();
        var computing =
            graph.Nodes.Where(node => target.RuleOf(node.OpType) is { Role: not (OperatorRole.MovesData or OperatorRole.Aligns) })
            .ToArray();
        if (computing.Length == 0 && moving.Length > 0) return new(
            $"'{model.Source}' has nothing to quantize: {string.Join(", ", moving)} only move data, and such operators are quantized only "
            + $"where a neighbour computes with integers. None does here; for target {target.Name} those are {Computing(target)}.");

        return new(
            $"'{model.Source}' has nothing to quantize: none of its operators on float32 values is among those that target {target.Name} "
            + $"computes in integers ({Computing(target)})."
            + (computing.Length > 0 && recipe.Overrides.Count > 0
                ? $" Recipe {recipe.Name}, or what was excluded, "
                + $"leaves {string.Join(", ", computing.Select(node => node.OpType).Distinct().Order(StringComparer.Ordinal))} in floats."
                : ""));

        string Described(Node node) => $"{node.OpType} '{node.Label}' ({LayersIn(node)} {(LayersIn(node) == 1 ? "layer" : "layers")})";

        int LayersIn(Node node) => node.CountLayersInside(inside => target.RuleOf(inside.OpType) is not null);
    }

    internal static PlanException NoProducts(Model model, Recipe recipe) => new(
        $"'{model.Source}' has nothing to quantize by recipe {recipe.Name}: none of its MatMul and Gemm nodes multiplies float32 values by "
        + "a constant matrix, or all that do were excluded. Convolutions need ranges that samples give: take another recipe, such as "
        + "best.");

    /// <summary>Rejects settings that integers with a range for each run do not have.</summary>
    /// <exception cref="PlanException">The message lists all of them.</exception>
    internal static void ThrowIfNotDynamic(Recipe recipe, IEnumerable<QConfig> configs)
    {
        var problems = new List<string>();
        if (!recipe.Target.ChoosesRangesInRuns) problems.Add($"target {recipe.Target.Name} takes ranges that hold for all runs only");
        foreach (var config in configs.Distinct())
        {
            if (config.Activations != QuantizationSpec.UInt8)
                problems.Add($"activations are uint8 with a zero point, not {config.Activations}");
            if (config.ActivationMethod is not MinMaxMethod)
                problems.Add($"their range is that of each run, minmax, not {config.ActivationMethod.Name}");
            if (config.Weights.StorageType.Size != 1 || config.Weights.Bits != 8 || config.Weights.PowerOfTwo)
                problems.Add($"weights have 8 bits and scales of any size, not {config.Weights}");
        }
        if (problems.Count > 0) throw new PlanException(
            $"Recipe {recipe.Name} chooses ranges in each run, and cannot have all of its settings: "
            + $"{string.Join("; ", problems.Distinct())}. Change them, or take a recipe with the step choose-ranges.");
    }

    static string Computing(Target target) =>
        string.Join(", ",
            target.Rules.Where(rule => rule.Role is not (OperatorRole.MovesData or OperatorRole.Aligns)).Select(rule => rule.OpType));

    /// <summary>Rejects a model for which no useful plan exists.</summary>
    /// <exception cref="PlanException">
    /// It is quantized already (integers that merely enter or leave a float model are no matter), computes in other floats than float32, or
    /// leaves open what its inputs are.
    /// </exception>
    internal static void ThrowIfUnfit(Model model)
    {
        var graph = model.Graph;
        if (graph.Nodes.Where(IsOfIntegers).ToArray() is { Length: > 0 } nodes) throw new PlanException(
            $"'{model.Source}' is quantized already: {nodes.Length} of its nodes make or take integers, the first is {nodes[0].Label}. "
            + "Give the float model that it was made from. 'octet evaluate', 'octet compare' and 'octet run' take it as it is.");

        if (!graph.Values.Any(value => value.Type == DataType.Float32)
                && graph.Values.FirstOrDefault(
                    value => value.Type is DataType.Float16 or DataType.BFloat16 or DataType.Float64) is { } other) throw new PlanException(
            $"'{model.Source}' computes in {other.Type.DisplayName}, and Octet quantizes models in float32: export it in float32, from "
            + "which it was most likely made.");

        var open = graph.Inputs.Where(input => input.Shape is null).Select(input => input.Name).ToArray();
        if (open.Length > 0 && graph.Nodes.Any(node => node.Outputs.OfType<Value>().Any(output => output.Type == DataType.Undefined)))
            throw new PlanException(
            $"'{model.Source}' does not say which shape its input {string.Join(", ", open)} has, so that types behind it stay unknown. "
            + "Prepare the model with shapes for its inputs.")
            { Change = WhatToChange.InputShapes };
    }

    static bool IsOfIntegers(Node node) => node.Operator.IntegerUse switch
    {
        IntegerUse.Makes => node.Outputs is not [{ IsGraphOutput: true }],
        IntegerUse.Reads => node.InputOrNull(0) is not { IsGraphInput: true },
        var use => use == IntegerUse.Computes,
    };

    internal static PlanException WithoutEffect(Recipe recipe, IEnumerable<string> properties) => new(
        $"Recipe {recipe.Name} calibrates as TI's modules do, which would not look at its {string.Join(", ", properties)}: all layers "
        + "become integers, by rules of their own. Change the settings of that step instead, or take a recipe of another kind.");

    internal static PlanException StepsOutOfOrder(string recipe, IEnumerable<string> problems) => new(
        $"The steps of recipe {recipe} cannot be applied in this order: {string.Join("; ", problems)}.");

    /// <exception cref="PlanException">The graph has nodes with graphs inside, which do not run node by node.</exception>
    internal static void ThrowIfNotNodeByNode(Graph graph)
    {
        if (Running.LockstepRun.NodesThatCannotRun(graph).ToArray() is not { Length: > 0 } nodes) return;
        throw new PlanException(
            "Recipes that tune layers or calibrate as TI's modules do go through a model node by node, which "
            + $"{nodes[0].OpType} {nodes[0].Label}{(nodes.Length > 1 ? $" and {nodes.Length - 1} more" : "")} with a graph inside do not "
            + $"let them{Inside()}. Take the recipe fast, or cut the model before.");

        string Inside() => nodes.Sum(node => node.CountLayersInside()) is > 0 and var layers
            ? $" (layers in such graphs, {layers} here, stay in floats by every recipe)" : "";
    }

    internal static PlanException NoRanges(string model) =>
        new($"'{model}' holds no ranges: no Clip or Pact2 node with limits on both sides. Calibrate the model first by a recipe such as "
            + "ti-advanced; QuantCalibrateModule.Module and TidlExport hold the ranges.");

    internal static PlanException NothingMatches(IReadOnlyList<string> matches, Graph graph)
    {
        var words = graph.Nodes.Select(node => node.OpType).Concat(graph.Nodes.Select(node => node.Name))
            .Concat(graph.Values.Select(value => value.Name));
        var known = words.Where(word => word.Length > 0).ToHashSet();
        var list = matches.Select(match => HolderOf(match) is { } holder
            ? $"'{match}' (it lies in a graph inside {holder.OpType} '{holder.Label}', all of which stays in floats)"
            : Spelling.FindClosest(match, known) is { } closest ? $"'{match}' (did you mean '{closest}'?)" : $"'{match}'");
        return new($"The recipe changes or excludes what the model lacks: {string.Join(", ", list)}. It takes the type of an operator, the "
            + "name of a node, of a value, or of an input or constant of the model, or a pattern of names with * and ?.")
        { Change = WhatToChange.Names };

        Node? HolderOf(string match) => graph.Nodes.FirstOrDefault(node => Holds(node, new(match, QConfigChange.StayFloat)));

        static bool Holds(Node node, QConfigOverride change) => node.Subgraphs().SelectMany(body => body.Nodes)
            .Any(inside => change.Matches(inside) || Holds(inside, change));
    }
}
