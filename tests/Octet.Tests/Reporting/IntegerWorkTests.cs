using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Reporting;

public sealed class IntegerWorkTests
{
    /// <summary>x [n, 4] through products with 4 · 8 and 8 · 2 weights: 32 and 16 multiplications a row.</summary>
    static Graph TwoProducts()
    {
        var graph = new Graph { Name = "products", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "n"), 4));
        var wide = graph.Add("MatMul", [x, graph.AddConstant("w", RandomTensors.Of(1, 4, 8))], "wide");
        graph.AddOutput(graph.Add("MatMul", [wide, graph.AddConstant("v", RandomTensors.Of(2, 8, 2))], "y"));
        ShapeInference.Annotate(graph);
        return graph;
    }

    static RunReport Report(IntegerWork work) => new()
    {
        Model = "m.onnx",
        Target = "onnxruntime",
        Recipe = "fast",
        Method = "minmax",
        Work = work,
        Outputs = [new("y", "MatMul", 40, 1)],
    };

    [Fact]
    public void A_model_in_integers_has_all_of_its_work_in_them()
    {
        var work = IntegerWork.Of(Planner.Plan(TwoProducts(), Recipes.Fast), sample: null)!;

        (work.IntegerMacs, work.Macs, work.Share).ShouldBe((48, 48, 1.0));
        work.FloatLayers.ShouldBeEmpty();
        Report(work).Advice.Verdict.ShouldContain(" dB: good.");
    }

    /// <summary>ONNX Runtime has no integer form of it: the optimized graph of an export keeps a ConvTranspose between DequantizeLinear and
    /// QuantizeLinear.</summary>
    [Fact]
    public void A_transposed_convolution_is_quantized_but_its_work_is_not_integer()
    {
        var graph = new Graph { Name = "wider", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 2, 4, 4));
        graph.AddOutput(
            graph.Add("ConvTranspose", [x, graph.AddConstant("w", RandomTensors.Of(1, 2, 3, 2, 2))], "y",
                new() { ["strides"] = new long[] { 2, 2 } }));
        ShapeInference.Annotate(graph);
        var plan = Planner.Plan(graph, Recipes.Default);

        var work = IntegerWork.Of(plan, sample: null)!;

        plan.Weights.Count.ShouldBe(1);
        (work.IntegerMacs, work.Macs).ShouldBe((0, 2 * 16 * 3 * 4));
        work.FloatLayers.ShouldBe([$"ConvTranspose '{graph.Nodes[0].Label}' (target onnxruntime multiplies it in floats)"]);
    }

    [Fact]
    public void The_work_of_recurrent_layers_counts_and_stays_in_floats()
    {
        var graph = new Graph { Name = "sequence", Opsets = { [""] = 14 } };
        var x = graph.AddInput("x", DataType.Float32, new(5, 2, 3));
        var attributes = new Attributes { ["hidden_size"] = 4L };
        var hidden = graph.Add("LSTM",
            [x, graph.AddConstant("w", RandomTensors.Of(1, 1, 16, 3)), graph.AddConstant("r", RandomTensors.Of(2, 1, 16, 4))], "h",
            attributes);
        graph.AddOutput(graph.Add("MatMul", [hidden, graph.AddConstant("v", RandomTensors.Of(3, 4, 2))], "y"));
        ShapeInference.Annotate(graph);

        var work = IntegerWork.Of(Planner.Plan(graph, Recipes.Default), sample: null)!;

        // Five steps of two sequences, four gates of four elements, each of three elements and of the four of the state; then ten rows
        // through 4 · 2 weights.
        (work.IntegerMacs, work.Macs).ShouldBe((80, 5 * 2 * 4 * 4 * (3 + 4) + 80));
    }

    [Fact]
    public void Under_half_the_advice_names_the_layers_in_floats_and_calls_nothing_good()
    {
        var plan = Planner.Plan(TwoProducts(), Recipes.Fast.Excluding(["wide"]));

        var work = IntegerWork.Of(plan, new("sample", new Dictionary<string, Tensor> { ["x"] = RandomTensors.Of(3, 5, 4) }))!;

        // Five rows; the product that is not excluded reads integers still.
        (work.IntegerMacs, work.Macs).ShouldBe((80, 240));
        work.FloatLayers.ShouldBe(["MatMul 'wide' (left in floats by the recipe or an exclusion, or part of a normalization)"]);
        Report(work).Advice.Verdict.ShouldStartWith("Only 33 % of the multiply-accumulates run in integers, so that little is gained: "
            + "MatMul 'wide'");
        Report(work).Advice.Verdict.ShouldNotContain("good");
    }

    /// <summary>Recipes that store weights alone as integers do what they are for.</summary>
    [Fact]
    public void Weights_alone_in_integers_are_not_blamed_for_products_in_floats()
    {
        var plan = Planner.Plan(TwoProducts(), Recipes.Fast.Excluding(["wide"]));
        var work = IntegerWork.Of(plan, new("sample", new Dictionary<string, Tensor> { ["x"] = RandomTensors.Of(3, 5, 4) }))!;

        (Report(work) with { QuantizedWeights = 2 }).Advice.Verdict.ShouldStartWith("Output SQNR is");
        (Report(work) with { QuantizedWeights = 2, QuantizedValues = 1 }).Advice.Verdict.ShouldStartWith("Only 33 %");
    }

    [Fact]
    public void Types_that_are_not_known_are_the_reason_that_is_told()
    {
        var graph = TwoProducts();
        graph.FindValue("wide")!.Type = DataType.Undefined;

        IntegerWork.Of(Planner.Plan(graph, Recipes.Fast), sample: null)!.FloatLayers.ShouldHaveSingleItem()
            .ShouldStartWith("MatMul 'y' (the type of its input 'wide' is not known;");
    }

    [Fact]
    public void Layers_in_branches_are_told_and_where_there_are_no_others_the_model_is_refused()
    {
        var graph = new Graph { Name = "branches", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4));
        Graph Branch(string name)
        {
            var branch = new Graph { Name = name, Opsets = { [""] = 13 } };
            branch.AddOutput(
                branch.Add("MatMul", [branch.AddCaptured(x), branch.AddConstant($"{name}.w", RandomTensors.Of(1, 4, 4))], $"{name}.y"));
            return branch;
        }
        var attributes = new Attributes { { "then_branch", Branch("then") }, { "else_branch", Branch("else") } };
        var y = graph.Add(new If(1), [graph.AddInput("flag", DataType.Bool, new())], [graph.NewValue("chosen")], attributes,
            name: "choice").Output;
        graph.AddOutput(y);
        ShapeInference.Annotate(graph);

        var message =
            Should.Throw<PlanException>(
                () => Quantizer.Measure(new() { Graph = graph, Source = "vad.onnx" },
                    MadeSamples.Of("x", [1, 4], []))).Message;

        message.ShouldStartWith("'vad.onnx' has nothing to quantize outside of other nodes: its layers lie in the graphs inside If "
            + "'choice' (2 layers)");
        IntegerWork.Of(Planner.Plan(graph, Recipes.Fast),
            sample: null)!.FloatLayers.ShouldBe(["2 layer(s) in the graphs inside If 'choice'"]);

        // What is inside cannot be excluded by itself: it stays in floats as it is.
        graph.AddOutput(graph.Add("MatMul", [x, graph.AddConstant("w", RandomTensors.Of(2, 4, 4))], "outside"));
        Planner.Plan(graph, Recipes.Fast.Excluding(["outside"])).Weights.ShouldBeEmpty();
        Should.Throw<PlanException>(() => Planner.Plan(graph, Recipes.Fast.Excluding(["then.y", "els*.y"]))).Message.ShouldContain(
            "'then.y' (it lies in a graph inside If 'choice', all of which stays in floats), 'els*.y' (it lies in a graph inside If");
        Should.Throw<PlanException>(() => PlanException.ThrowIfNotNodeByNode(graph)).Message.ShouldContain(
            "which If choice with a graph inside do not let them (layers in such graphs, 2 here, stay in floats by every recipe)");
    }

    [Fact]
    public void A_file_that_grew_and_one_that_converts_more_than_it_multiplies_are_told()
    {
        var report = Report(new(1000, 1000, []) { Converted = 20 }) with { FloatBytes = 1000, IntegerBytes = 300 };

        CostWarnings.For(report).ShouldBeEmpty();
        CostWarnings.For(report with { IntegerBytes = 5000 }).ShouldHaveSingleItem()
            .ShouldContain("no smaller than the float model's (5 kB, before 1 kB)");
        CostWarnings.For(report with { Work = report.Work! with { Converted = 200 } }).ShouldHaveSingleItem()
            .ShouldContain("200 elements go between floats and integers for 1,000 multiplications");
    }

    /// <summary>The input of 4 elements and the output of 2, which is left in floats at once, beside the 8 between the products.</summary>
    [Fact]
    public void Elements_that_enter_or_leave_integers_are_counted()
    {
        IntegerWork.Of(Planner.Plan(TwoProducts(), Recipes.Fast), sample: null)!.Converted.ShouldBe(4);
        IntegerWork.Of(Planner.Plan(TwoProducts(), Recipes.Fast.Excluding(["wide"])), sample: null)!.Converted.ShouldBe(8);
    }
}
