using Octet.Graphs;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Planning;

public sealed class PlannerTests
{
    static Graph Start(out Value x)
    {
        var graph = new Graph { Name = "plan", Opsets = { [""] = 13 } };
        x = graph.AddInput("x", DataType.Float32, new(1, 4, 6, 6));
        return graph;
    }

    static Value Conv(Graph graph, Value x, string name) =>
        graph.Add("Conv",
            [x, graph.AddConstant($"{name}.w", RandomTensors.Of(1, 4, 4, 1, 1)), graph.AddConstant($"{name}.b", RandomTensors.Of(2, 4))],
            name);

    static string[] Plan(Graph graph, Value output)
    {
        graph.AddOutput(output);
        ShapeInference.Annotate(graph);
        return [.. Planner.Plan(graph, Recipes.Fast with { FloatUnlikeOutputs = false }).ToString().Split('\n').Select(line => line.Trim())
            .Where(line => line.Length > 0)
            .Skip(1)];
    }

    /// <summary>Who reads what a product gives is asked through all moves behind it; a recursion would end the process.</summary>
    [Fact]
    public void Long_chains_of_moves_are_planned()
    {
        var graph = Start(out var x);
        var moved = graph.Add("MatMul", [x, graph.Add("Relu", [x], "other")], "product");
        for (var i = 0; i < 50_000; i++) moved = graph.Add("Flatten", [moved], $"flat{i}", new() { ["axis"] = 1L });

        Plan(graph, graph.Add("Erf", [moved], "y")).ShouldNotBeEmpty();
    }

    [Fact]
    public void Between_a_convolution_and_its_activation_stands_no_quantizer()
    {
        var graph = Start(out var x);

        Plan(graph, graph.Add("Relu", [Conv(graph, x, "conv")], "relu")).ShouldBe(
        [
            "x: uint8 asymmetric",
            "relu: uint8 asymmetric",
            "conv.w: int8 symmetric per channel, axis 0, weight of conv",
            "conv.b: int32, bias of conv",
        ]);
    }

    [Fact]
    public void A_convolution_whose_output_is_read_twice_has_a_quantizer_of_its_own()
    {
        var graph = Start(out var x);
        var conv = Conv(graph, x, "conv");

        Plan(graph, graph.Add("Add", [graph.Add("Relu", [conv], "relu"), conv], "sum")).ShouldContain("conv: uint8 asymmetric");
    }

    [Fact]
    public void What_only_moves_data_has_the_parameters_of_its_input()
    {
        var graph = Start(out var x);
        var pooled = graph.Add("MaxPool", [Conv(graph, x, "conv")], "pool", new() { ["kernel_shape"] = new long[] { 2, 2 } });

        Plan(graph, graph.Add("Flatten", [pooled], "flat")).ShouldContain("flat: uint8 asymmetric, as conv");
    }

    [Fact]
    public void Inputs_of_a_concatenation_take_the_parameters_of_its_output()
    {
        var graph = Start(out var x);
        var plan = Plan(graph, graph.Add("Concat", [Conv(graph, x, "a"), Conv(graph, x, "b")], "both", new() { ["axis"] = 1L }));

        plan.ShouldContain("a: uint8 asymmetric, as both");
        plan.ShouldContain("b: uint8 asymmetric, as both");
        plan.ShouldContain("both: uint8 asymmetric");
    }

    [Fact]
    public void A_sigmoid_has_a_fixed_range_also_beside_others_in_a_concatenation()
    {
        var graph = Start(out var x);
        var conv = Conv(graph, x, "conv");
        var plan = Plan(graph, graph.Add("Concat", [conv, graph.Add("Sigmoid", [conv], "share")], "both", new() { ["axis"] = 1L }));

        plan.ShouldContain(line => line.StartsWith("share: uint8 asymmetric, fixed [0, 0.996"));
        plan.ShouldContain("conv: uint8 asymmetric, as both");
    }

    /// <summary>The head of a detector: offsets beside a probability, moved about until they are the output.</summary>
    static Graph Detector(out Value offsets, out Value score)
    {
        var graph = Start(out var x);
        (offsets, var logits) = (Conv(graph, x, "offsets"), Conv(graph, x, "logits"));
        score = graph.Add("Sigmoid", [logits], "score");
        var both = graph.Add("Concat", [offsets, score], "both", new() { ["axis"] = 1L });
        graph.AddOutput(graph.Add("Transpose", [both], "output", new() { ["perm"] = new long[] { 0, 2, 3, 1 } }));
        ShapeInference.Annotate(graph);
        return graph;
    }

    [Fact]
    public void An_output_that_joins_unlike_quantities_stays_in_floats_back_to_the_layers()
    {
        var graph = Detector(out _, out _);

        var plan = Planner.Plan(graph, Recipes.Fast);

        plan.Groups.SelectMany(group => group.Values).Select(value => value.Name).ShouldBe(["x"]);
        plan.FloatNodes.Select(node => node.OpType).ShouldBe(["Sigmoid", "Concat", "Transpose"]);
        plan.Weights.Count.ShouldBe(2);
        FloatTail.PartsOf(graph).ShouldHaveSingleItem().Parts.ShouldBe(["offsets", "score"], ignoreOrder: true);
    }

    [Fact]
    public void What_an_integer_node_reads_too_is_rounded_for_it()
    {
        var graph = Detector(out var offsets, out _);
        graph.AddOutput(Conv(graph, offsets, "more"));
        ShapeInference.Annotate(graph);

        Planner.Plan(graph, Recipes.Fast).GroupOf(offsets).ShouldNotBeNull();
    }

    [Fact]
    public void Outputs_of_one_kind_become_integers_unless_all_are_to_be_floats()
    {
        var graph = Start(out var x);
        var both = graph.Add("Concat", [Conv(graph, x, "a"), Conv(graph, x, "b")], "both", new() { ["axis"] = 1L });
        graph.AddOutput(graph.Add("Reshape", [both, graph.AddConstant("shape", Tensor.Of([2], 1L, -1))], "output"));
        ShapeInference.Annotate(graph);

        FloatTail.PartsOf(graph).ShouldBeEmpty();
        Planner.Plan(graph, Recipes.Fast).Groups.SelectMany(group => group.Values).Select(value => value.Name)
            .ShouldBe(["x", "a", "b", "both", "output"], ignoreOrder: true);
        Planner.Plan(graph, Recipes.Fast with { FloatOutputs = true }).Groups.SelectMany(group => group.Values).Select(value => value.Name)
            .ShouldBe(["x"]);
    }

    [Fact]
    public void Operators_without_a_rule_stay_in_floats_and_so_does_what_only_they_touch()
    {
        var graph = Start(out var x);
        var exp = graph.Add("Exp", [x], "exp");

        Plan(graph, graph.Add("Flatten", [exp], "flat")).ShouldBeEmpty();
    }

    [Fact]
    public void A_fixed_range_gives_a_scale_that_is_a_power_of_two()
    {
        foreach (var (spec, scale) in new[] { (Octet.Numerics.QuantizationSpec.UInt8, 1f / 256),
            (Octet.Numerics.QuantizationSpec.Int8Symmetric, 1f / 128) })
        {
            var graph = Start(out var x);
            graph.AddOutput(graph.Add("Sigmoid", [x], "y"));
            ShapeInference.Annotate(graph);

            var plan = Planner.Plan(graph, Recipes.Fast with { Config = new() { Activations = spec } });
            var group = plan.GroupOf(graph.Outputs[0])!;

            Octet.Numerics.QuantizationParameters.From(group.Fixed!.Value, group.Spec).Scale.ShouldBe(scale);
        }
    }
}
