using Octet.Calibration;
using Octet.Graphs;
using Octet.Operators;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.TexasInstruments;

/// <summary>A network in TI's form for training: behind each layer, or normalization, or activation the rounded branch beside the float
/// one.</summary>
sealed class Pact2TrainingGraph
{
    readonly QuantModuleOptions _options;
    readonly IReadOnlyDictionary<Value, IgnoredElements> _ignored;
    readonly Dictionary<Value, (Pact2Spot Spot, Value State)> _rounded = [];
    readonly Dictionary<string, (string Output, Tensor Elements)> _states = [];

    /// <param name="network">The network with its normalizations; it is not changed.</param>
    /// <param name="options">Bits and rules.</param>
    /// <param name="isFirstBatch">Whether it is for the first batch, which limits weights and puts them on their grid.</param>
    /// <param name="isNormalizationFixed">Whether normalizations keep their statistics.</param>
    /// <param name="areRangesFixed">Whether ranges stay.</param>
    public Pact2TrainingGraph(Graph network, QuantModuleOptions options, bool isFirstBatch, bool isNormalizationFixed, bool areRangesFixed)
    {
        (_options, IsFirstBatch, IsNormalizationFixed, AreRangesFixed) = (options, isFirstBatch, isNormalizationFixed, areRangesFixed);
        Graph = network.Clone();
        ShapeInference.Annotate(Graph);
        if (!options.KeepBounds) Pact2Model.DropBounds(Graph);
        _ignored = IgnoredElements.In(Graph);
        var places = TiPlaces.Find(Graph, options);
        if (places.Count == 0)
            throw PlanException.NothingToQuantize(new() { Graph = network, Source = network.Name }, TiRecipe.Of(options));
        foreach (var node in Graph.Find<BatchNormalization>()) TrainNormalization(node);
        foreach (var place in places) Round(place);
        Graph.Sort();
        GraphCheck.Check(Graph);
    }

    public Graph Graph { get; }

    public bool IsFirstBatch { get; }

    public bool IsNormalizationFixed { get; }

    public bool AreRangesFixed { get; }

    /// <summary>The states by the name of their input: the output that brings each up to date, and what it holds at first.</summary>
    public IReadOnlyDictionary<string, (string Output, Tensor Elements)> States => _states;

    /// <summary>The names of weights, the place of the output with what is to be stored in them, and the input for the weights of the way
    /// back; only for the first batch.</summary>
    public List<(string Weights, int Output, string Back)> Stored { get; } = [];

    /// <summary>The name of the state of a rounded value.</summary>
    public static string StateOf(string value) => $"{value}.pact2";

    /// <summary>Running statistics become states; the rounded branch reads what they have become.</summary>
    void TrainNormalization(Node node)
    {
        if (node.Inputs.Skip(1).Any(input => input!.Constant is null)) return;
        var statistics = node.Inputs.Skip(3).Select(value => AddState(value!)).ToArray();
        if (IsNormalizationFixed)
        {
            foreach (var statistic in statistics) AddUpdated(statistic, Graph.Add("Identity", [statistic], $"{statistic.Name}.updated"));
            return;
        }
        var norm = (BatchNormalization)node.Operator;
        var updated = statistics.Select(statistic => Graph.NewValue(Graph.UniqueName($"{statistic.Name}.updated"))).ToArray();
        var op = new TrainingBatchNormalization(norm.Epsilon, node.Attributes.Float("momentum", fallback: 0.9f), UnbiasedVariance: true);
        var heir = Graph.Add(op, node.Inputs.ToArray(), [null, .. updated], name: node.Name, before: node);
        Graph.RemoveInFavourOf(node, heir);
        foreach (var (statistic, value) in statistics.Zip(updated)) AddUpdated(statistic, value);
    }

    Value AddState(Value constant)
    {
        var elements = constant.Constant!;
        Graph.RemoveConstant(constant);
        var input = Graph.AddInput(constant.Name, elements.Type, SymbolicShape.From(elements.Shape));
        Graph.ReplaceUses(constant, input);
        _states[input.Name] = ("", elements.Clone());
        return input;
    }

    void AddUpdated(Value state, Value updated)
    {
        Graph.AddOutput(updated);
        _states[state.Name] = (updated.Name, _states[state.Name].Elements);
    }

    void Round(Pact2Place place)
    {
        var spot = new Pact2Spot(place, _options);
        var state = Graph.AddInput(StateOf(place.Value.Name), DataType.Float32, SymbolicShape.From([3]));
        var updated = Graph.NewValue(Graph.UniqueName($"{state.Name}.updated"));
        Graph.Add(new Pact2Following(spot, AreRangesFixed, _ignored.GetValueOrDefault(place.Observed)), [place.Observed, state], [updated],
            name: updated.Name);
        _states[state.Name] = ("", Tensor.Of<float>([3], new Pact2Range(place.Signed, _options.PowerOfTwoActivations).State));
        AddUpdated(state, updated);

        var branch = RoundedLayer(place.Observed) ?? place.Observed;
        var output = Graph.NewValue(Graph.UniqueName($"{place.Value.Name}.rounded"));
        (output.Type, output.Shape) = (place.Value.Type, place.Value.Shape);
        var node = Graph.Add(new Pact2Rounding(spot), [place.Observed, updated, branch], [output], name: output.Name);
        ReplaceReaders(place, output, node);
        _rounded[output] = (spot, updated);
    }

    /// <summary>All readers of the value read the rounded one, except the two branches themselves.</summary>
    void ReplaceReaders(Pact2Place place, Value output, Node rounding)
    {
        Graph.ReplaceConsumers(place.Value, output,
            reader => reader != rounding && reader.Operator is not (Pact2Following or Pact2Rounding));
        Graph.ReplaceOutput(place.Value, output);
        if (place.Value != place.Observed && place.Value.Producer is { } activation && place.Value.Consumers.Count == 0)
            Graph.Remove(activation);
    }

    /// <summary>The layer that makes a value, with rounded weights and the normalization merged; null if none does.</summary>
    Value? RoundedLayer(Value observed)
    {
        var norm = observed.Producer is { Operator: BatchNormalization or TrainingBatchNormalization } found ? found : null;
        var layer = norm is null ? observed.Producer : norm.Inputs[0]!.Producer;
        if (layer is null || !layer.IsLayer || (norm is not null && layer.Output.Consumers.Count > 1)) return null;

        var (op, facts, operands) = (layer.Operator, layer.Operator.Weights!, layer.Inputs.ToList());
        var weights = layer.Inputs[facts.WeightInput]!;
        if (weights.Constant is null) return null;
        var bias = facts.BiasInput is { } index ? layer.InputOrNull(index) : null;
        var axis = weights.Constant.Shape.NormalizeAxis(facts.OutputChannelAxis);
        var channels = norm?.Inputs[1]!.Constant!.Length ?? bias?.Constant!.Length ?? weights.Constant.Shape[axis];
        var input = _rounded.TryGetValue(layer.Inputs[0]!, out var known) ? known : ((Pact2Spot Spot, Value State)?)null;
        var isDepthwise = layer.Operator is Conv && weights.Constant.Shape is { Rank: 4 } shape && shape[1] == 1;
        var merging =
            new Pact2Merging(_options, input?.Spot, EpsilonOf(norm), axis, isDepthwise && _options.PerChannelDepthwise, channels,
                IsFirstBatch && _options.WeightClipping);
        string[] names = ["weights", "bias", "stored"];
        var outputs = names.Select(name => Graph.NewValue(Graph.UniqueName($"{weights.Name}.{name}"))).ToArray();
        Value?[] statistics = norm is null
            ? [null, null, null, null] : [norm.Inputs[1], norm.Inputs[2], Updated(norm.Inputs[3]!), Updated(norm.Inputs[4]!)];
        Graph.Add(merging, [weights, bias, .. statistics, input?.State], outputs, name: $"{layer.Name}.merged");
        if (IsFirstBatch) Store(layer, weights, outputs[2]);

        while (operands.Count <= (facts.BiasInput ?? 0)) operands.Add(null);
        operands[facts.WeightInput] = outputs[0];
        if (facts.BiasInput is { } biasInput) operands[biasInput] = outputs[1];
        var result = Graph.NewValue(Graph.UniqueName($"{observed.Name}.integers"));
        (result.Type, result.Shape) = (observed.Type, observed.Shape);
        Graph.Add(op, operands, [result], layer.Attributes, name: $"{layer.Name}.rounded");
        return result;
    }

    /// <summary>The float layer goes back through the weights that are stored meanwhile.</summary>
    void Store(Node layer, Value weights, Value stored)
    {
        var back = Graph.AddInput(Graph.UniqueName($"{weights.Name}.back"), DataType.Float32, SymbolicShape.From(weights.Constant!.Shape));
        Stored.Add((weights.Name, Graph.Outputs.Count, back.Name));
        Graph.AddOutput(stored);
        var inputs = layer.Inputs.ToArray();
        var heir = Graph.Add(new Pact2FirstLayer(layer.Operator, inputs.Length), [.. inputs, back], [], layer.Attributes, layer.Name,
            before: layer);
        Graph.RemoveInFavourOf(layer, heir);
    }

    Value Updated(Value statistic) => Graph.Outputs.First(output => output.Name == _states[statistic.Name].Output);

    static float EpsilonOf(Node? norm) => norm?.Operator switch
    {
        BatchNormalization evaluated => evaluated.Epsilon,
        TrainingBatchNormalization trained => trained.Epsilon,
        _ => 0,
    };
}
