using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Tests.Steps;

[Trait("Duration", "long")]
public sealed class LayerTuningTests
{
    static QuantizationResult Quantize(Model model, Recipe recipe, int threads = 0) => Quantizer.Quantize(
        model, Quantizer.OpenSamples(model, Signs.Calibration).Take(24),
        new() { Recipe = recipe, RunOptions = new() { Threads = threads } });

    /// <summary>With weights of 5 bits, whose rounding errors outweigh those of activations: what steps for weights give stands
    /// out.</summary>
    static Recipe WithNarrowWeights(string name)
    {
        var recipe = Recipes.Find(name)!;
        return recipe with { Config = recipe.Config with { Weights = recipe.Config.Weights with { Bits = 5 } } };
    }

    static Recipe WithNarrowWeights(string name, params QuantizationStep[] behindRanges) =>
        WithNarrowWeights(name) with { Steps = [new EqualizeGates(), new ChooseRanges(), .. behindRanges] };

    /// <summary>Over pictures that neither calibration nor tuning saw.</summary>
    static double OutputSqnr(Model model, QuantizationResult result) =>
        LayerComparison.Compare(result.Reference, result.Model.Simulate(),
            Quantizer.OpenSamples(model, Signs.Validation).Take(32)).Outputs.Single().SqnrDb;

    [Theory, InlineData("fast"), InlineData("pow2-best")]
    public void Tuning_brings_the_outputs_nearer_to_the_float_model(string recipe)
    {
        var model = Signs.Load();
        var untuned = OutputSqnr(model, Quantize(model, WithNarrowWeights(recipe, behindRanges: [])));

        OutputSqnr(model, Quantize(model, WithNarrowWeights(recipe, new RoundAdaptively(), new CorrectBiases())))
            .ShouldBeGreaterThan(untuned + 1);
        OutputSqnr(model, Quantize(model, WithNarrowWeights(recipe == "fast" ? "best" : recipe))).ShouldBeGreaterThan(untuned + 1);
    }

    [Fact]
    public void Weights_lie_on_their_grid_biases_are_whole_steps_and_the_model_that_was_given_is_unchanged()
    {
        var model = Signs.Load();
        var before = model.Graph.Values.Where(value => value.Constant is not null)
            .ToDictionary(value => value.Name, value => value.Constant!.Floats.ToArray());

        var quantized = Quantize(model, Recipes.Find("pow2-best")!).Model;

        foreach (var (name, elements) in before) model.Graph.FindValue(name)!.Constant!.Floats.ToArray().ShouldBe(elements);
        foreach (var weight in quantized.Plan.Weights)
        {
            var elements = weight.Weight.Constant!.Floats.ToArray();
            var rounded = new float[elements.Length];
            LinearQuantizer.FakeQuantize(elements, rounded, weight.Weight.Constant!.Shape, quantized.WeightOf(weight));
            rounded.ShouldBe(elements, weight.Weight.Name);
            quantized.WeightOf(weight).Scales.ShouldAllBe(scale => PowerOfTwo.Is(scale));
        }
        foreach (var bias in quantized.Plan.Biases)
        {
            var parameters = quantized.BiasOf(bias)!;
            foreach (var (channel, element) in bias.Elements.Floats.ToArray().Index())
            {
                var steps = (double)element / parameters.Scales[channel % parameters.Scales.Length];
                steps.ShouldBe(Math.Round(steps), bias.Node.Label);
            }
        }
    }

    [Fact]
    public void Results_do_not_depend_on_threads()
    {
        var model = Signs.Load();
        var (one, two) =
            (Quantize(model, Recipes.Find("pow2-best")!, threads: 1).Model,
                Quantize(model, Recipes.Find("pow2-best")!, threads: 2).Model);

        foreach (var (first, second) in one.Plan.Weights.Zip(two.Plan.Weights))
            first.Weight.Constant!.Floats.SequenceEqual(second.Weight.Constant!.Floats).ShouldBeTrue(first.Weight.Name);
        foreach (var (first, second) in one.Plan.Biases.Zip(two.Plan.Biases))
            first.Elements.Floats.SequenceEqual(second.Elements.Floats).ShouldBeTrue(first.Node.Label);
        foreach (var (first, second) in one.Plan.Groups.Zip(two.Plan.Groups))
            one.ActivationOf(first.Values[0])!.Scale.ShouldBe(two.ActivationOf(second.Values[0])!.Scale);
    }

    [Fact]
    public void Tuning_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var model = Signs.Load();
        var options = new QuantizerOptions { Recipe = Recipes.Best, RunOptions = new() { Progress = new CancelAt("tune", cancel) } };
        Should.Throw<OperationCanceledException>(
            () => Quantizer.Quantize(model, Quantizer.OpenSamples(model, Signs.Calibration).Take(4), options, cancel.Token));
    }

    [Fact]
    public void A_table_alone_cannot_do_what_the_recipe_asks_for()
    {
        var model = Signs.Load();
        var table = Quantize(model, Recipes.Fast).Table;
        Should.Throw<OctetException>(
            () => Quantizer.Quantize(model, table, new("table.json"), new() { Recipe = Recipes.Best })).Message.ShouldContain(
            "give samples");
    }

    [Fact]
    public void A_model_with_a_graph_inside_a_node_is_refused_in_words()
    {
        var graph = new Graph { Name = "branches", Opsets = { [""] = 13 } };
        var branch = new Graph { Name = "branch", Opsets = { [""] = 13 } };
        graph.AddOutput(
            graph.Add(new If(1), [graph.AddInput("condition", DataType.Bool, new SymbolicShape())], [graph.NewValue("chosen")],
                new() { { "then_branch", branch } }, name: "choice").Output);

        Should.Throw<PlanException>(() => PlanException.ThrowIfNotNodeByNode(graph)).Message.ShouldContain("node by node, which");
        Should.Throw<PlanException>(() => new QuantCalibrateModule(new() { Graph = graph })).Message.ShouldContain("choice");
    }

    [Fact]
    public void Tuning_that_a_model_does_not_allow_is_left_out_and_told()
    {
        var graph = new Graph { Name = "branches", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4));
        var y = graph.Add("MatMul", [x, graph.AddConstant("w", Tensor.Of([4, 2], 1f, 2, 3, 4, -5, 6, 7, 8))], "y");
        var condition =
            graph.Add("Greater",
                [graph.Add("ReduceMax", [x], "most", new() { { "keepdims", 0L } }), graph.AddConstant("zero", Tensor.Of([], 0f))],
                "condition");
        Graph Branch(string name)
        {
            var branch = new Graph { Name = name, Opsets = { [""] = 13 } };
            branch.AddOutput(branch.Add("Relu", [branch.AddCaptured(y)], $"{name}.y"));
            return branch;
        }
        graph.AddOutput(
            graph.Add(new If(1), [condition], [graph.NewValue("chosen")],
                new() { { "then_branch", Branch("then") }, { "else_branch", Branch("else") } }, name: "choice").Output);
        var model = Quantizer.Prepare(new() { Graph = graph });

        var result = Quantizer.Quantize(model, MadeSamples.Of("x", [1, 4], [[1, 2, 3, 4], [4, -3, 2, 1]]));

        var left = result.Steps.Single(step => step.IsLeftOut);
        left.Steps.ShouldBe(["compensate-errors", "round-adaptively", "correct-biases"]);
        left.Remark.ShouldContain("If choice holds a graph of its own");
        result.Model.Plan.Weights.ShouldHaveSingleItem();
    }

    /// <summary>A network as hard as they come: channels that were made unequal by factors, which the float function does not
    /// show.</summary>
    [Fact]
    public void Channels_made_unequal_bring_simple_calibration_to_chance_and_cost_the_best_nothing()
    {
        var model = Signs.Load();
        var (pictures, labels) = (Quantizer.OpenSamples(model, Signs.Validation), Signs.Labels);
        var accuracy = Metrics.Open(MetricKind.Top1, pictures, labels, StoredPreprocessing.Of(model));
        var real = Top1(model.Graph);
        HardCase.MakeUnequal(model.Graph, Quantizer.OpenSamples(model, Signs.Calibration).Take(24));
        Top1(model.Graph).ShouldBe(real);

        // 43 kinds of signs.
        Top1(Quantize(model, Recipes.Find("ti-simple")!).Model.Simulate()).ShouldBeLessThan(10);
        Top1(Quantize(model, Recipes.Find("pow2-best")!).Model.Simulate()).ShouldBeGreaterThan(real - 2);

        double Top1(Graph graph) => accuracy.Evaluate(new Session(graph), pictures).Figures[0].Percent;
    }

    sealed class CancelAt(string step, CancellationTokenSource cancel) : IProgress<StepProgress>
    {
        public void Report(StepProgress value)
        {
            if (value.Step == step) cancel.Cancel();
        }
    }
}
