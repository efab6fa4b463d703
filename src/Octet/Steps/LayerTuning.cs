using Octet.Data;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>
/// Makes a quantized model more accurate without leaving the constraints of its device: layer by layer, and with what the layers before have become, scales are chosen, weights
/// rounded and biases moved so that each layer gives what it gives in the float model.
/// </summary>
/// <remarks>The float model and the rounded one pass all samples side by side, once. Results do not depend on threads.</remarks>
public sealed class LayerTuning
{
    /// <summary>What the values of all samples may take, of both models together; fewer samples are used where all would take more.</summary>
    const long MostBytes = 1L << 30;

    /// <summary>Neighbours of a value's scale that are tried; of equal ones the first wins.</summary>
    static readonly float[] ValueFactors = [1, 0.5f, 0.25f, 2];

    readonly QuantizedModel _model;
    readonly TuningOptions _options;
    readonly LockstepRun _float;
    readonly LockstepRun _rounded;
    readonly Dictionary<ValueGroup, QuantizationParameters> _activations;
    readonly Dictionary<Value, ValueGroup> _groupOf;
    readonly Dictionary<Node, PlannedWeight> _weightOf;
    readonly Dictionary<Node, PlannedBias> _biasOf;
    readonly Dictionary<Node, TunedLayer> _tuned = [];
    readonly int _threads;

    /// <param name="Weights">On their grid.</param>
    /// <param name="Parameters">The grid.</param>
    /// <param name="Bias">In whole steps of the sums; null for a layer whose bias is none of the plan's.</param>
    sealed record TunedLayer(Tensor Weights, QuantizationParameters Parameters, float[]? Bias);

    LayerTuning(QuantizedModel model, TuningOptions options, int threads)
    {
        (_model, _options, _threads) = (model, options, threads);
        var plan = model.Plan;
        (_float, _rounded) = (new(plan.Graph, threads), new(plan.Graph, threads));
        _activations = plan.Groups.ToDictionary(group => group, group => model.ActivationOf(group.Values[0])!);
        _groupOf = plan.Groups.SelectMany(group => group.Values.Select(value => (value, group))).ToDictionary();
        _weightOf = plan.Weights.ToDictionary(weight => weight.Node);
        _biasOf = plan.Biases.ToDictionary(bias => bias.Node);
        foreach (var value in _groupOf.Keys.Where(value => value.Constant is { Type: DataType.Float32 })) _rounded.Replace(value, LinearQuantizer.FakeQuantize(value.Constant!, model.ActivationOf(value)!));
    }

    /// <summary>Tunes a model.</summary>
    /// <param name="model">As calibration gave it; it is not changed.</param>
    /// <param name="samples">What the model will see in use.</param>
    /// <param name="options">What is to be done; channels are equalized before, by <see cref="Equalization"/>.</param>
    /// <param name="run">Threads and progress.</param>
    /// <param name="cancel">Ends the run between layers.</param>
    /// <exception cref="OctetException">The model cannot run node by node, or a sample does not fit it.</exception>
    public static QuantizedModel Tune(
        QuantizedModel model, ISampleSource samples, TuningOptions options, SampleRunOptions? run = null, CancellationToken cancel = default)
    {
        run ??= new();
        LockstepRun.ThrowIfItCannotRun(model.Plan.Graph);
        var fitting = (int)Math.Clamp(MostBytes / Math.Max(1, 2 * LockstepRun.BytesOfSample(model.Plan.Graph)), 1, options.Samples);
        var inputs = LoadedSamples.All(samples.Take(Math.Min(samples.Count, fitting)), run, cancel);
        return new LayerTuning(model, options, run.EffectiveThreads(inputs.Count)).Run(inputs, run.Progress, cancel);
    }

    QuantizedModel Run(IReadOnlyList<IReadOnlyDictionary<string, Tensor>> samples, IProgress<StepProgress>? progress, CancellationToken cancel)
    {
        var graph = _model.Plan.Graph;
        foreach (var sample in samples) Running.InputException.ThrowIfAnyDoesNotFit(graph, sample);
        _float.Begin(samples, _ => { });
        _rounded.Begin(samples, RoundValue);
        foreach (var (index, node) in graph.Nodes.Index())
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(new("tune", index, graph.Nodes.Count));
            _float.RunNode(node);
            if (_weightOf.TryGetValue(node, out var weight)) RunLayer(node, weight);
            else _rounded.RunNode(node);
            foreach (var output in node.Outputs.OfType<Value>()) RoundValue(output);
            _float.EndNode(node);
            _rounded.EndNode(node);
        }
        progress?.Report(new("tune", graph.Nodes.Count, graph.Nodes.Count));
        return Result();
    }

    /// <summary>Chooses the scale of a value, and rounds it.</summary>
    void RoundValue(Value value)
    {
        if (!_groupOf.TryGetValue(value, out var group)) return;
        // Outputs do not saturate: which of them is the largest is often the question.
        if (_options.SearchScales && group is { Spec.PowerOfTwo: true, Fixed: null, Values.Count: 1 } && !value.IsGraphOutput) _activations[group] = Nearest(value, _activations[group]);
        var parameters = _activations[group];
        _rounded.ForEachSample(index => Round(_rounded[value][index], _rounded[value][index], parameters));
    }

    /// <summary>The scale by which the value, as the layers before have made it, is nearest to the float model's.</summary>
    QuantizationParameters Nearest(Value value, QuantizationParameters parameters)
    {
        var candidates = Array.ConvertAll(ValueFactors, factor => parameters with { Scales = [parameters.Scale * factor] });
        var errors = new double[candidates.Length, _rounded.Samples];
        _rounded.ForEachSample(index =>
        {
            var (real, here) = (_float[value][index], _rounded[value][index]);
            // Nothing is near to nothing, whatever the scale.
            if (here.Length == 0) return;
            var rounded = _rounded.Rent(DataType.Float32, here.Shape);
            for (var candidate = 0; candidate < candidates.Length; candidate++)
            {
                Round(here, rounded, candidates[candidate]);
                var distance = TensorPrimitives.Distance<float>(real.Floats, rounded.Floats);
                errors[candidate, index] = (double)distance * distance;
            }
            _rounded.Release([rounded]);
        });
        return candidates[Enumerable.Range(0, candidates.Length).MinBy(candidate => Enumerable.Range(0, _rounded.Samples).Sum(index => errors[candidate, index]))];
    }

    void RunLayer(Node node, PlannedWeight place)
    {
        var bias = _biasOf.GetValueOrDefault(node);
        var rounding = new WeightRounding(node, _model.WeightOf(place), _options, meanIsFree: bias is not null && _options.CorrectBiases);
        var (weights, parameters) = rounding.Round([.. _rounded[node.Inputs[0]!]], [.. _float[node.Inputs[0]!]], _threads);
        if (bias is null)
        {
            _tuned[node] = new(weights, parameters, null);
            _rounded.RunNode(node, weights);
            return;
        }

        var sums = _rounded.Multiply(node, weights);
        var moved = bias.Elements.Floats.ToArray();
        if (_options.CorrectBiases) BiasCorrection.Move(_float[node.Output], sums, moved, _rounded.ForEachSample);
        if (_groupOf.TryGetValue(bias.Data, out var input)) RoundToSteps(moved, _activations[input].Scale, parameters.Scales);
        _tuned[node] = new(weights, parameters, moved);
        _rounded.Set(node.Output, index =>
        {
            new LayerOutput(sums[index], ChannelSums.Layout(sums[index])).ForEachRun(moved, static (elements, addends) => TensorPrimitives.Add(elements, addends, elements));
            return sums[index];
        });
    }

    static void RoundToSteps(float[] bias, float inputScale, float[] weightScales)
    {
        for (var channel = 0; channel < bias.Length; channel++)
        {
            var weightScale = weightScales[channel % weightScales.Length];
            bias[channel] = (float)(LinearQuantizer.QuantizeBias(bias[channel], inputScale, weightScale) * (double)(inputScale * weightScale));
        }
    }

    static void Round(Tensor from, Tensor to, QuantizationParameters parameters) => LinearQuantizer.FakeQuantize(from.Floats, to.Floats, from.Shape, parameters);

    /// <summary>The model with what was found, in a copy of its graph.</summary>
    QuantizedModel Result()
    {
        var copy = new LayerCopy(_model.Plan.Graph);
        foreach (var (node, layer) in _tuned) copy.SetParameters(node, layer.Weights, layer.Bias);
        var plan = copy.Of(_model.Plan);
        var activations = plan.Groups.Zip(_model.Plan.Groups).ToDictionary(pair => pair.First, pair => _activations[pair.Second]);
        var weights = plan.Weights.Zip(_model.Plan.Weights).ToDictionary(pair => pair.First, pair => _tuned[pair.Second.Node].Parameters);
        return new(_model.Model.With(copy.Graph), plan, group => activations[group], weight => weights[weight]);
    }
}
