using System.Text;
using Octet.Calibration;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>A prepared float graph, the plan for it, and the scales and zero points that calibration gave: all that simulation, tuning and
/// every export need.</summary>
public sealed class QuantizedModel
{
    readonly Dictionary<Value, QuantizationParameters> _activations = [];
    readonly Dictionary<(Value Weight, int? Axis), QuantizationParameters> _weights = [];

    /// <param name="model">The model; its graph is the one that was planned for.</param>
    /// <param name="plan">Which values become integers.</param>
    /// <param name="rangeOf">The range of each group of values, as calibration chose it; asked only for groups without a fixed
    /// range.</param>
    /// <param name="scalesOf">The widths of the steps of a weight, where they are given: one, or one for each channel, 0 for those to be
    /// chosen. Null chooses all.</param>
    public QuantizedModel(Model model, QuantizationPlan plan, Func<ValueGroup, ValueRange> rangeOf,
        Func<PlannedWeight, IReadOnlyList<float>?>? scalesOf = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(rangeOf);
        Model = model;
        Plan = plan;
        foreach (var group in plan.Groups)
        {
            var parameters = QuantizationParameters.From(group.Fixed ?? rangeOf(group), group.Spec);
            // What runs the model saturates where the type ends, whichever of its integers the range was laid onto.
            parameters = parameters with { Spec = parameters.Spec with { ReducedRange = false, NarrowRange = false } };
            foreach (var value in group.Values) _activations[value] = parameters;
        }
        foreach (var weight in plan.Weights) AddWeight(weight, scalesOf?.Invoke(weight));
    }

    /// <summary>The same with parameters that are already chosen, and biases that fit them.</summary>
    /// <param name="model">The model; its graph is the one that was planned for.</param>
    /// <param name="plan">Which values become integers.</param>
    /// <param name="activationOf">The parameters of each group of values.</param>
    /// <param name="weightOf">The parameters of each weight; equal ones for a weight that several nodes share.</param>
    public QuantizedModel(
        Model model, QuantizationPlan plan, Func<ValueGroup, QuantizationParameters> activationOf,
        Func<PlannedWeight, QuantizationParameters> weightOf)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(activationOf);
        ArgumentNullException.ThrowIfNull(weightOf);
        Model = model;
        Plan = plan;
        foreach (var group in plan.Groups)
        {
            var parameters = activationOf(group);
            foreach (var value in group.Values) _activations[value] = parameters;
        }
        foreach (var weight in plan.Weights) _weights[(weight.Weight, weight.Axis)] = weightOf(weight);
    }

    /// <summary>The same model by the name of another recipe.</summary>
    internal QuantizedModel With(Recipe recipe) =>
        new(Model, Plan with { Recipe = recipe }, group => _activations[group.Values[0]], WeightOf) { Blocks = Blocks };

    /// <summary>The float model; its graph is that of <see cref="Plan"/>.</summary>
    public Model Model { get; }

    /// <summary>Which values become integers, and of what kind.</summary>
    public QuantizationPlan Plan { get; }

    /// <summary>The parameters of a value between operators; null if it stays in floats.</summary>
    public QuantizationParameters? ActivationOf(Value value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return _activations.GetValueOrDefault(value);
    }

    /// <summary>The parameters of a weight at one of its places.</summary>
    public QuantizationParameters WeightOf(PlannedWeight weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return _weights[(weight.Weight, weight.Axis)];
    }

    /// <summary>A model whose plan has no values between operators: their ranges are those of each run, or they stay floats.</summary>
    /// <param name="model">The model; its graph is the one that was planned for.</param>
    /// <param name="plan">Which weights become integers.</param>
    /// <param name="blocks">The matrices of the weights that the plan divides into blocks; null for none.</param>
    internal static QuantizedModel WithoutRanges(
        Model model, QuantizationPlan plan, IReadOnlyDictionary<Value, BlockedMatrix>? blocks = null) =>
        new(model, plan, group => throw new InvalidOperationException($"{group} has no range."))
        {
            Blocks = blocks ?? new Dictionary<Value, BlockedMatrix>(),
        };

    /// <summary>The matrices of 4-bit integers, of the weights that the plan divides into blocks.</summary>
    internal IReadOnlyDictionary<Value, BlockedMatrix> Blocks { get; init; } = new Dictionary<Value, BlockedMatrix>();

    /// <summary>The matrix of a weight that the plan divides into blocks, an output a row.</summary>
    internal BlockedMatrix BlocksOf(PlannedWeight weight) => Blocks[weight.Weight];

    /// <summary>The real values that the integers of a weight stand for.</summary>
    internal Tensor RoundedOf(PlannedWeight weight) => weight.Blocks is null
        ? LinearQuantizer.FakeQuantize(weight.Weight.Constant!, WeightOf(weight)) : RealsOf(BlocksOf(weight), weight);

    /// <summary>The real values of a matrix in blocks, laid out as the weight is.</summary>
    internal static Tensor RealsOf(BlockedMatrix matrix, PlannedWeight weight)
    {
        var reals = new Tensor(DataType.Float32, weight.Weight.Constant!.Shape);
        weight.Node.Operator.AsProduct(reals.Shape)!.ForEachWeight(0,
            (at, of) => reals.Floats[of] = matrix[at / matrix.Depth, at % matrix.Depth]);
        return reals;
    }

    /// <summary>The parameters of a bias: int32, with the scale of the input times the scale of the weight. Null if the input stays in
    /// floats.</summary>
    public QuantizationParameters? BiasOf(PlannedBias bias)
    {
        if (ActivationOf(bias.Data) is not { } data) return null;
        var weight = WeightOf(Plan.Weights.First(weight => weight.Node == bias.Node && weight.Weight == bias.Weight));
        // A transposed convolution in groups has a scale for each channel of a group, and a bias for each channel of all groups.
        var scales = new float[weight.Scales.Length == 1 ? 1 : bias.Elements.Length];
        for (var channel = 0; channel < scales.Length; channel++)
            scales[channel] = data.Scale * weight.Scales[channel % weight.Scales.Length];
        return new(QuantizationSpec.Bias, [.. scales], [.. new int[scales.Length]], scales.Length == 1 ? null : 0);
    }

    /// <summary>
    /// The graph that computes in floats what the integer model will compute: a <see cref="FakeQuantize"/> behind every value, weight and
    /// bias that becomes integers. Names of inputs and outputs stay.
    /// </summary>
    public Graph Simulate() => Simulation.Of(this);

    /// <summary>Each value and each weight with its integers, scale and zero point: one a line. Of scales per channel the least and the
    /// greatest are shown.</summary>
    public override string ToString()
    {
        var text = new StringBuilder($"in integers: values {_activations.Count}, weights {_weights.Count}\n");
        foreach (var (value, parameters) in _activations) text.Append($"  {value.Name}: {parameters}\n");
        foreach (var ((weight, _), parameters) in _weights) text.Append($"  {weight.Name}: {parameters}\n");
        return text.ToString();
    }

    /// <summary>Chooses the scales of a weight so that the bias of its node fits 32 bits; a weight that several nodes share has to suit all
    /// of them.</summary>
    void AddWeight(PlannedWeight place, IReadOnlyList<float>? given)
    {
        var elements = place.Weight.Constant!;
        var bias = Plan.Biases.FirstOrDefault(bias => bias.Node == place.Node);
        var data = bias is null ? null : ActivationOf(bias.Data);
        var axis = place.Axis ?? 0;
        var spec = place.Spec with { PerChannel = place.Axis is not null };
        var parameters = data is null
            ? WeightQuantizer.Parameters(elements, spec, axis, method: place.Method, given: given)
            : WeightQuantizer.Parameters(elements, spec, axis, bias!.Elements.Floats, data.Scale, place.Method, given);

        var key = (place.Weight, place.Axis);
        if (_weights.TryGetValue(key, out var other))
        {
            var widest = parameters.Scales.Zip(other.Scales, Math.Max);
            parameters = parameters with { Scales = [.. widest] };
        }
        _weights[key] = parameters;
    }
}
