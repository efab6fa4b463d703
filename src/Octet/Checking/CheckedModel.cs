using Octet.Data;
using Octet.Graphs;
using Octet.Passes;
using Octet.Planning;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Checking;

/// <summary>What guidelines look at: a model before and after its normalizations were folded, what would become integers, and what samples
/// showed of it.</summary>
sealed class CheckedModel
{
    /// <param name="model">As it was read; it is prepared in place.</param>
    /// <param name="recipe">How it would be quantized.</param>
    /// <exception cref="PlanException">The model has no layer with weights, or is no float32 model.</exception>
    public CheckedModel(Model model, Recipe recipe)
    {
        PlanException.ThrowIfUnfit(model);
        Recipe = recipe;
        Unfolded = model.Graph.Clone();
        new PassPipeline(new FoldConstants(), new RemoveIdentity(), new RemoveUnused()).Apply(Unfolded);
        PassPipeline.Prepare.Apply(model.Graph);
        Model = model;
        Layers = [.. Graph.Layers().Select(node => new LayerWeights(node, recipe))];
        if (Layers.Count == 0) throw PlanException.NothingToQuantize(model, recipe);
        Rounded = [.. Plan(recipe.Config.Weights.Bits, recipe.Config.Activations.Bits).Groups.SelectMany(group => group.Values)];
    }

    public Recipe Recipe { get; }

    /// <summary>The prepared model.</summary>
    public Model Model { get; }

    /// <summary>The prepared graph, in which normalizations are folded.</summary>
    public Graph Graph => Model.Graph;

    /// <summary>The graph in which they are not.</summary>
    public Graph Unfolded { get; }

    /// <summary>In the order of <see cref="Graph"/>.</summary>
    public IReadOnlyList<LayerWeights> Layers { get; }

    /// <summary>The values between operators that become integers.</summary>
    public IReadOnlyList<Value> Rounded { get; }

    /// <summary>What samples showed; null where none were run.</summary>
    public Measurement? Measured { get; private set; }

    /// <summary>SQNR of the model's outputs in decibels with only one layer quantized, for the layers that were tried.</summary>
    public IReadOnlyDictionary<LayerWeights, double> Alone { get; private set; } = new Dictionary<LayerWeights, double>();

    /// <summary>What becomes integers of so many bits. Biases stay in floats: how they are rounded is a question of its own.</summary>
    public QuantizationPlan Plan(int weightBits, int valueBits)
    {
        var recipe = TiRecipe.SettingsOf(Recipe) is { } settings
            ? Recipe.With(settings with { WeightBits = weightBits, ActivationBits = valueBits })
            : Recipe with
            {
                Config =
                Recipe.Config with
                {
                    Activations = Recipe.Config.Activations with { Bits = valueBits },
                    Weights = Recipe.Config.Weights with { Bits = weightBits }
                }
            };
        return recipe.Placement.Plan(Graph, recipe) with { Biases = [] };
    }

    /// <summary>Runs samples, for guidelines that need them.</summary>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public void Measure(ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        Measured = Measurement.Of(this, samples, options, cancel);
        Alone = OneLayerRuns.Of(this, HardLayers.Candidates(this), samples, options, cancel);
    }

    /// <summary>What a value is called in findings: the node that makes it.</summary>
    public static (string Operator, string Name) Place(Value value) =>
        value.Producer is { } producer ? (producer.OpType, producer.Label) : ("input", value.Name);
}
