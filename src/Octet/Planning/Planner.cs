using Octet.Calibration.Methods;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>Decides which values of a graph become integers, and which ones, by a <see cref="Recipe"/> and the rules of its
/// <see cref="Target"/>.</summary>
public sealed class Planner
{
    readonly Graph _graph;
    readonly Recipe _recipe;
    readonly Target _target;
    readonly NodeConfigs _configs;
    readonly HashSet<Node> _floatParts;
    readonly FloatTail _tail;
    readonly HashSet<Value> _quantized = [];
    readonly Dictionary<Value, Value> _leaderOf = [];
    readonly HashSet<Value> _covered = [];
    readonly HashSet<Value> _unitRange = [];
    readonly ActivationBounds _bounds;
    readonly List<PlannedWeight> _weights = [];
    readonly List<PlannedBias> _biases = [];

    Planner(Graph graph, Recipe recipe)
    {
        _graph = graph;
        _recipe = recipe;
        _target = recipe.Target;
        _configs = new(graph, recipe);
        _bounds = new(graph, _target);
        _tail = FloatTail.Of(graph, recipe);
        _floatParts =
        [
            .. _tail.Nodes,
            .. GatedActivation.In(graph).Where(gated => gated.IsEqualized).SelectMany(gated => gated.Gate),
            .. WrittenNormalization.FloatPartsOf(graph),
            .. ConstantParts.Of(graph),
            .. WrittenActivations.Of(graph, _target),
        ];
        _floatParts.UnionWith(FloatStreams.Of(graph, _target, _floatParts));
    }

    /// <summary>Decides which values and weights become integers, and which of them share their parameters.</summary>
    /// <param name="graph">A prepared graph: its types must be known, its normalizations folded.</param>
    /// <param name="recipe">What will run the model, and with which integers.</param>
    /// <exception cref="PlanException">The recipe names something that the graph lacks.</exception>
    public static QuantizationPlan Plan(Graph graph, Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(recipe);
        return new Planner(graph, recipe).Plan();
    }

    QuantizationPlan Plan()
    {
        foreach (var node in _graph.Nodes) ChooseValues(node);
        foreach (var node in _graph.Nodes) ChooseWeights(node);
        foreach (var node in _graph.Nodes) ShareParameters(node);

        var order = _graph.Values.Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        var groups = _quantized.GroupBy(Leader).Select(group => Group([.. group.OrderBy(value => order[value])]))
            .OrderBy(group => order[group.Values[0]]);
        return new(_graph, _recipe, WithMethodsOfTheirPlace([.. groups]), _weights, _biases)
        { FloatNodes = [.. _graph.Nodes.Where(node => RuleOf(node) is null)] };
    }

    /// <summary>The float values around a node that computes with integers, unless the node only hands on what stays float.</summary>
    void ChooseValues(Node node)
    {
        if (RuleOf(node) is not { } rule) return;
        if (rule.Role is OperatorRole.MovesData or OperatorRole.Aligns
                && !DataInputs(node, rule).Any(input => input.Constant is not null || _quantized.Contains(input))) return;

        if (rule.JoinsLayer && node.Inputs.Any(input => input?.Constant is not null)) return;
        var joined = rule.JoinsLayer ? node.Inputs.FirstOrDefault(input => input is not null && ComesStraightFromLayer(input)) : null;
        foreach (var input in DataInputs(node, rule))
        {
            if (!IsJoined(input) && input != joined) Choose(input);
        }
        if (rule.RoundsInputsOnly) return;
        foreach (var output in node.Outputs.OfType<Value>())
        {
            if (!IsJoined(output) && !LeavesAsFloats(output, rule)) Choose(output);
        }
        if (rule.Role == OperatorRole.FixedRange) _unitRange.Add(node.Output);
    }

    /// <summary>What the target does with a node; null if the node stays in floats.</summary>
    /// <remarks>A gate that restores its channels first reads what no single scale suits, and so do the parts of a normalization.</remarks>
    OperatorRule? RuleOf(Node node) => _configs[node] is null || _floatParts.Contains(node) ? null : _target.RuleOf(node);

    /// <summary>Whether a layer that computes in integers makes a value, and nobody else reads it.</summary>
    bool ComesStraightFromLayer(Value value) =>
        value is { Consumers.Count: 1, IsGraphOutput: false, Producer: { Operator.Weights: not null } layer } && RuleOf(layer) is not null;

    void Choose(Value value)
    {
        if (value.Type == DataType.Float32) _quantized.Add(value);
    }

    bool LeavesAsFloats(Value output, OperatorRule rule) =>
        rule.GivesFloats && output.Consumers.Count > 0 && IsReadAsFloats(output)
        || rule.GivesFloats && output is { IsGraphOutput: true, Consumers.Count: 0 }
        || rule.Role is not OperatorRole.MovesData && _tail.EndsInFloats(output);

    /// <summary>Whether all that read a value compute with floats, maybe after they were moved. Without recursion, for chains of moves may
    /// be long.</summary>
    bool IsReadAsFloats(Value output)
    {
        var open = new Stack<Value>([output]);
        while (open.TryPop(out var value))
        {
            foreach (var reader in value.Consumers)
            {
                if (_floatParts.Contains(reader) ? !AddsConstant(reader) || value.Shape is { Rank: > 2 } : _target.RuleOf(reader) is null)
                    continue;
                if (_floatParts.Contains(reader) || RuleOf(reader) is not { Role: OperatorRole.MovesData }
                    || reader.Outputs is not [{ IsGraphOutput: false, Consumers.Count: > 0 } moved]) return false;
                open.Push(moved);
            }
        }
        return true;
    }

    /// <summary>Floats that meet a constant, as a bias, are joined to the product of two matrices that makes them, which then is one of
    /// floats.</summary>
    static bool AddsConstant(Node reader) => reader.Inputs.Any(input => input?.Constant is not null);

    /// <summary>Whether the value goes from an operator that computes straight into an activation that the target joins to it.</summary>
    bool IsJoined(Value value) => _target.Joins(value) && RuleOf(value.Producer!) is not null && RuleOf(value.Consumers[0]) is not null;

    void ChooseWeights(Node node)
    {
        if (RuleOf(node) is null || node.Operator.Weights is not { } facts) return;
        var config = _configs[node]!;
        if (node.InputOrNull(facts.WeightInput) is not { Constant: { Type: DataType.Float32 } elements } weight) return;

        // An axis that counts from the end leaves room for a batch of matrices before it; runtimes give those one scale.
        var axis = elements.Shape.Rank == 2 || (elements.Shape.Rank > 2 && facts.OutputChannelAxis >= 0)
            ? elements.Shape.NormalizeAxis(facts.OutputChannelAxis) : (int?)null;
        _quantized.Remove(weight);
        // Where nodes share a weight, it is stored once, as its first node wants it.
        var (spec, method) = _weights.Find(other => other.Weight == weight) is { } shared
            ? (shared.Spec, shared.Method) : (config.Weights, config.WeightMethod);
        _weights.Add(new(node, weight, spec, spec.PerChannel ? axis : null) { Method = method.For(spec, 0, 1) });
        if (_target.RoundsBiases && facts.BiasInput is { } index && node.InputOrNull(index) is { Constant: { Type: DataType.Float32 } bias }
            && axis is { } channelAxis && bias.Shape.Rank == 1
            && bias.Length == elements.Shape[channelAxis] * (channelAxis == 0 ? 1 : facts.Groups))
        {
            _biases.Add(new(node, index, node.Inputs[0]!, weight));
        }
    }

    /// <summary>Joins the values that must have the same scale, and notes which of them hold no element that another does not hold
    /// too.</summary>
    void ShareParameters(Node node)
    {
        if (RuleOf(node) is not { Role: OperatorRole.MovesData or OperatorRole.Aligns } rule) return;

        var inputs = DataInputs(node, rule).Where(_quantized.Contains)
            .Where(input => rule.Role != OperatorRole.Aligns || _bounds.Agrees(input, node)).ToArray();
        foreach (var output in node.Outputs.OfType<Value>().Where(_quantized.Contains))
        {
            foreach (var input in inputs)
            {
                // The operator that makes a value with a fixed range sets it; the other inputs of a Concat keep their own ranges.
                if (rule.Role == OperatorRole.Aligns && GroupHasUnitRange(input) != GroupHasUnitRange(output)) continue;
                _leaderOf[Leader(output)] = Leader(input);
                _covered.Add(rule.Role == OperatorRole.Aligns ? input : output);
            }
        }
    }

    bool GroupHasUnitRange(Value value) => _unitRange.Any(member => Leader(member) == Leader(value));

    Value Leader(Value value)
    {
        while (_leaderOf.TryGetValue(value, out var next) && next != value) value = next;
        return value;
    }

    ValueGroup Group(IReadOnlyList<Value> values)
    {
        var measured = values.Where(value => !_covered.Contains(value)).ToArray();
        if (measured.Length == 0) measured = [.. values];
        // What needs most bits decides; of those alike, the first.
        var config = measured.Select(_configs.Of).MaxBy(config => config.Activations.Bits)!;
        if (values.Any(_unitRange.Contains)) return new(values, [], config.Activations, UnitRange(config.Activations));
        var method = values.Any(value => value.IsGraphOutput) && !_recipe.SaturateOutputs ? new MinMaxMethod() : config.ActivationMethod;
        return new(values, measured, config.Activations) { Method = method };
    }

    static IReadOnlyList<ValueGroup> WithMethodsOfTheirPlace(IReadOnlyList<ValueGroup> groups) =>
        [.. groups.Select((group, index) => group with { Method = group.Method.For(group.Spec, index, groups.Count) })];

    static IEnumerable<Value> DataInputs(Node node, OperatorRule rule) =>
        (rule.AllInputs ? node.Inputs : node.Inputs.Take(1)).OfType<Value>();

    /// <summary>0 to almost 1, so that the scale is a power of two: 1/256 with unsigned and asymmetric 8 bits, 1/128 with symmetric
    /// ones.</summary>
    static ValueRange UnitRange(QuantizationSpec spec)
    {
        var steps = spec is { Signed: true, Symmetric: true, SignFromData: false } ? spec.High : spec.Steps;
        return new(0f, steps / (steps + 1f));
    }
}
