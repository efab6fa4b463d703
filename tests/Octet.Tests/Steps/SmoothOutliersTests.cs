using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Steps;

public sealed class SmoothOutliersTests
{
    const int Channels = 16;

    /// <summary>A normalization of rows whose scale makes channel 3 sixty times as large as the others, and a product behind it.</summary>
    /// <param name="isReadTwice">Whether a residual reads the normalized rows too.</param>
    static Graph Outlier(bool isReadTwice)
    {
        var graph = new Graph { Name = "outlier", Opsets = { [""] = 17 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 8, Channels));
        float[] scale = [.. Enumerable.Range(0, Channels).Select(channel => channel == 3 ? 60f : 1f)];
        var rows = graph.Add("LayerNormalization",
            [x, graph.AddConstant("scale", Tensor.Of<float>([Channels], scale)), graph.AddConstant("bias", RandomTensors.Of(1, Channels))],
            "rows", new() { ["axis"] = -1L });
        var product = graph.Add("MatMul", [rows, graph.AddConstant("weight", RandomTensors.Of(2, Channels, Channels))], "product");
        graph.AddOutput(isReadTwice ? graph.Add("Add", [product, rows], "y") : product);
        ShapeInference.Annotate(graph);
        return graph;
    }

    static IReadOnlyDictionary<string, Tensor> Sample(int seed) =>
        new Dictionary<string, Tensor> { ["x"] = RandomTensors.Of(seed, 1, 8, Channels) };

    static MadeSamples Samples() => new([.. Enumerable.Range(20, 8).Select(Sample)]);

    static double SqnrDb(QuantizationResult result, Graph wanted)
    {
        var sample = Sample(99);
        var given = new Session(result.Model.Simulate()).Run(sample);
        return SignalComparison.Of(new Session(wanted).Run(sample).Values.Single().Floats, given.Values.Single().Floats).SqnrDb;
    }

    [Theory, InlineData(false), InlineData(true)]
    public void An_outlier_channel_goes_into_the_weights_and_the_float_function_stays(bool isReadTwice)
    {
        var graph = Outlier(isReadTwice);
        var recipe = Recipes.Fast with { Steps = [new SmoothOutliers { MinSqnrDb = 0 }, new ChooseRanges()] };

        var plain = Quantizer.Quantize(new() { Graph = graph }, Samples(), new() { Recipe = Recipes.Fast });
        var smoothed = Quantizer.Quantize(new() { Graph = graph }, Samples(), new() { Recipe = recipe });

        smoothed.Steps.Select(step => step.Remark).ShouldContain("outliers of 1 of 1 values moved into weights");
        // Nothing but the product reads the rows: scale and bias take the factors; a residual needs the rows as they were.
        smoothed.Model.Model.Graph.Nodes.Count(node => node.OpType == "Mul").ShouldBe(isReadTwice ? 1 : 0);
        var (wanted, given) = (new Session(graph).Run(Sample(5)), new Session(smoothed.Model.Model.Graph).Run(Sample(5)));
        SignalComparison.Of(wanted.Values.Single().Floats, given.Values.Single().Floats).SqnrDb.ShouldBeGreaterThan(100);
        // 60 takes six of the eight bits of all other channels; half of them come back where both operands share the outlier.
        SqnrDb(smoothed, graph).ShouldBeGreaterThan(SqnrDb(plain, graph) + 3);
    }

    [Fact]
    public void A_product_that_loses_too_much_all_the_same_stays_in_floats_and_is_named()
    {
        var graph = Outlier(isReadTwice: false);
        var second = graph.Add("MatMul", [graph.Add("Tanh", [graph.Outputs[0]], "curve"),
            graph.AddConstant("last", RandomTensors.Of(3, Channels, Channels))], "end");
        graph.AddOutput(second);
        ShapeInference.Annotate(graph);
        // Three bits: steps of a third of the greatest weight leave about 17 dB of even ones.
        var coarse = new QuantizationSpec(3, Signed: true, Symmetric: true) { PerChannel = true };
        var recipe = Recipes.Fast with
        {
            Steps = [new SmoothOutliers(), new ChooseRanges()],
            Overrides = [new("product", new() { Weights = coarse })],
        };

        var result = Quantizer.Quantize(new() { Graph = graph }, Samples(), new() { Recipe = recipe });

        result.Steps[^1].Remark.ShouldEndWith("; in floats: product");
        result.Model.Plan.FloatNodes.Select(node => node.Output.Name).ShouldContain("product");
    }

    [Fact]
    public void Without_samples_the_step_leaves_all_as_it_is() =>
        Quantizer.Quantize(new() { Graph = Outlier(isReadTwice: false) }, new QuantizerOptions { Recipe = Recipes.Dynamic })
            .Model.Plan.DynamicValues.ShouldHaveSingleItem().Name.ShouldBe("rows");
}
