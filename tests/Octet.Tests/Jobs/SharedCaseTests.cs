using Octet.Calibration;
using Octet.Jobs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;

namespace Octet.Tests.Jobs;

/// <summary>Models of public reports, each quantized as the report did; <c>shared/cases</c> says what is expected of them.</summary>
public sealed class SharedCaseTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    RunReport Quantize(string name, params string[] excluded) => new QuantizationJob
    {
        Model = SharedFolder.Require("cases", name, "model.onnx"),
        Data = SharedFolder.Require("cases", name, "data"),
        Output = _folder.PathOf("model.int8.onnx"),
        Options = new() { Recipe = Recipes.Fast.Excluding(excluded) },
    }.Run(TestContext.Current.CancellationToken);

    /// <summary>The batch that a Reshape has as 1, and sizes of two inputs that belong together: types are known without shapes.</summary>
    [Theory, InlineData("pc2-05", 2, 3), InlineData("pc2-07", 3, 5)]
    public void Layers_become_integers_where_sizes_are_open(string name, int weights, int minValues)
    {
        var report = Quantize(name);

        report.QuantizedWeights.ShouldBe(weights);
        report.QuantizedValues.ShouldBeGreaterThanOrEqualTo(minValues);
        report.Outputs.ShouldAllBe(output => output.SqnrDb > 25);
        report.Work!.Share.ShouldBe(1);
    }

    [Fact]
    public void A_right_declaration_of_an_output_is_kept()
    {
        var report = new PreparationJob
        {
            Model = SharedFolder.Require("cases", "pc2-09", "model.onnx"),
            Output = _folder.PathOf("out.onnx")
        }.Run(TestContext.Current.CancellationToken);

        report.Outputs.ShouldBe(["y: float32 [n, 4, height, width]"]);
    }

    /// <summary>Masks of −10000 and −∞; layer normalizations in single steps. The reports ask for more than 25 dB.</summary>
    [Theory, InlineData("pc2-11"), InlineData("pc2-13"), InlineData("pc2-15")]
    public void Outputs_stay_near_to_those_of_the_float_model(string name) =>
    Quantize(name).Outputs.ShouldAllBe(output => output.SqnrDb > 25);

    [Fact]
    public void An_input_is_excluded_by_its_name()
    {
        var (whole, without) = (Quantize("pc2-31").QuantizedWeights, Quantize("pc2-31", "x").QuantizedWeights);

        without.ShouldBe(whole - 1);
    }

    [Fact]
    public void A_model_that_only_moves_data_is_refused_in_words()
    {
        SharedFolder.Require("cases", "pc2-33");

        Should.Throw<PlanException>(() => Quantize("pc2-33")).Message
            .ShouldContain("Concat, Split only move data, and such operators are quantized only where a neighbour computes with integers.");
    }
}
