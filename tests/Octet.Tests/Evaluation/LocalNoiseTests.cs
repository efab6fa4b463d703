using Octet.Data;
using Octet.Evaluation;
using Octet.Pipeline;
using Octet.Planning;

namespace Octet.Tests.Evaluation;

/// <summary>Remedies that advice names help, and the layer that is named is the one to blame.</summary>
public sealed class LocalNoiseTests
{
    static (Octet.Graphs.Model Model, QuantizationResult Result) Signs(Recipe recipe)
    {
        var model = TestSupport.Signs.Load();
        return (model, Quantizer.Quantize(model, Pictures(model), new() { Recipe = recipe }));
    }

    static ISampleSource Pictures(Octet.Graphs.Model model) => Quantizer.OpenSamples(model, TestSupport.Signs.Calibration).Take(12);

    static IReadOnlyDictionary<string, SignalComparison> Alone(Octet.Graphs.Model model, QuantizationResult result) =>
        LocalNoise.Of(result.Reference, result.Model, Pictures(model), new(), default);

    /// <summary>All layers but one have 8 bits, and that one 3: in its own column it stands out, while layers behind it have its noise
    /// too.</summary>
    [Fact]
    public void A_layer_with_narrow_weights_is_named_and_those_behind_it_are_not()
    {
        var layers = TestSupport.Signs.Load().Graph.Nodes.Where(node => node.IsLayer).ToArray();
        var narrow = layers[4];
        var recipe = Recipes.Fast with
        {
            Overrides =
            [new(narrow.Name, new() { Weights = Recipes.Fast.Config.Weights with { Bits = 3 } })]
        };
        var (model, result) = Signs(recipe);

        var alone = Alone(model, result);

        alone.Count.ShouldBe(layers.Length);
        alone.MinBy(layer => layer.Value.SqnrDb).Key.ShouldBe(narrow.Output.Name);
        alone[layers[6].Output.Name].SqnrDb.ShouldBeGreaterThan(25);
        var accumulated = LayerComparison.Compare(result.Reference, result.Model.Simulate(), Pictures(model)).Layers;
        var outputs = new OutputComparison(model.Graph, Pictures(model));
        outputs.Compare(Signs(recipe.Excluding([alone.MinBy(layer => layer.Value.SqnrDb).Key])).Result.Model.Simulate())[0].SqnrDb
            .ShouldBeGreaterThan(outputs.Compare(result.Model.Simulate())[0].SqnrDb + 3, "to leave it in floats helps");
        accumulated.Single(layer => layer.Name == layers[6].Output.Name).SqnrDb.ShouldBeLessThan(alone[layers[6].Output.Name].SqnrDb - 5);
    }

    /// <summary>Each remedy that advice can name for weights and values of few bits is applied, and the outputs have less noise.</summary>
    [Fact]
    public void Remedies_help()
    {
        var config = Recipes.Fast.Config with
        {
            Weights = Recipes.Fast.Config.Weights with { Bits = 4, PerChannel = false },
            Activations = Recipes.Fast.Config.Activations with { Bits = 5 },
        };
        var poor = Recipes.Fast with { Config = config };
        var (model, result) = Signs(poor);
        var comparison = new OutputComparison(model.Graph, Pictures(model));
        var before = Sqnr(result);

        Sqnr(Signs(poor with { Steps = Recipes.Best.Steps }).Result).ShouldBeGreaterThan(before, "use the recipe best");
        Sqnr(Signs(poor with { Config = config with { Activations = config.Activations with { Bits = 16 } } }).Result)
            .ShouldBeGreaterThan(before, "widen values");
        Sqnr(Signs(poor with { Config = config with { Weights = config.Weights with { Bits = 16 } } }).Result)
            .ShouldBeGreaterThan(before, "widen weights");
        Sqnr(Signs(poor with { Config = config with { Weights = config.Weights with { PerChannel = true } } }).Result)
            .ShouldBeGreaterThan(before, "scale per channel");

        double Sqnr(QuantizationResult quantized) => comparison.Compare(quantized.Model.Simulate())[0].SqnrDb;
    }
}
