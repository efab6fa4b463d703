using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>
/// Leads samples through the float model and the rounded one side by side, layer by layer, and lets steps change each layer on the way:
/// with what the layers before have become, scales are chosen, weights rounded and biases moved so that each layer gives what it gives in
/// the float model. The constraints of the device stay what they are.
/// </summary>
/// <remarks>All samples pass once. Results do not depend on threads.</remarks>
sealed class LayerWalk
{
    /// <summary>What the values of all samples may take, of both models together; fewer samples are used where all would take
    /// more.</summary>
    const long MaxBytes = 1L << 30;

    readonly QuantizedModel _model;
    readonly IReadOnlyList<LayerStep> _steps;
    readonly LockstepRun _float;
    readonly LockstepRun _rounded;
    readonly Dictionary<Value, Tensor> _roundedConstants;
    readonly Dictionary<ValueGroup, QuantizationParameters> _activations;
    readonly Dictionary<Value, ValueGroup> _groupOf;
    readonly Dictionary<Node, PlannedWeight> _weightOf;
    readonly Dictionary<Node, PlannedBias> _biasOf;
    readonly Dictionary<Node, TunedLayer> _tuned = [];
    readonly int _threads;

    /// <param name="Weights">On their grid.</param>
    /// <param name="Parameters">The grid.</param>
    /// <param name="Bias">In whole steps of the sums; null for a layer whose bias is not in the plan.</param>
    sealed record TunedLayer(Tensor Weights, QuantizationParameters Parameters, float[]? Bias);

    LayerWalk(QuantizedModel model, IReadOnlyList<LayerStep> steps, LockstepRun real, LockstepRun rounded, int threads)
    {
        (_model, _steps, _float, _rounded, _threads) = (model, steps, real, rounded, threads);
        var plan = model.Plan;
        _activations = plan.Groups.ToDictionary(group => group, group => model.ActivationOf(group.Values[0])!);
        _groupOf = plan.Groups.SelectMany(group => group.Values.Select(value => (value, group))).ToDictionary();
        _weightOf = plan.Weights.ToDictionary(weight => weight.Node);
        _biasOf = plan.Biases.ToDictionary(bias => bias.Node);
        _roundedConstants = _groupOf.Keys.Where(value => value.Constant is { Type: DataType.Float32 })
            .ToDictionary(value => value, value => LinearQuantizer.FakeQuantize(value.Constant!, model.ActivationOf(value)!));
    }

    /// <summary>Applies steps to a draft that has its integers.</summary>
    /// <param name="draft">As the choice of ranges left it.</param>
    /// <param name="steps">What is done to each layer, in this order.</param>
    /// <param name="context">Samples, threads and progress.</param>
    /// <exception cref="OctetException">The model cannot run node by node, or a sample does not fit it.</exception>
    public static QuantizationDraft Apply(QuantizationDraft draft, IReadOnlyList<LayerStep> steps, StepContext context)
    {
        var model = draft.Quantized ?? throw new InvalidOperationException($"{steps[0].Name} comes before the choice of ranges.");
        var graph = model.Plan.Graph;
        PlanException.ThrowIfNotNodeByNode(graph);
        var inputs = LockstepSamples.Keep(context, graph, runs: 2, MaxBytes, steps.Max(step => step.MaxSamples));
        var threads = context.Run.EffectiveThreads(inputs.Count);
        var session = new Session(graph, SessionOptions.NodeByNode with { MaxBytes = context.Run.SessionOptions.MaxBytes });
        using var real = session.Begin(inputs, threads);
        using var rounded = session.Begin(inputs, threads);
        var tuned = new LayerWalk(model, steps, real, rounded, threads).Run(context.Run.Progress, context.Cancel);
        return draft.WithTuned(tuned, tuned.Plan.Graph);
    }

    QuantizedModel Run(IProgress<StepProgress>? progress, CancellationToken cancel)
    {
        var graph = _model.Plan.Graph;
        foreach (var input in graph.Inputs) RoundValue(input);
        var done = new WalkProgress(_model.Plan, _steps, _float.Samples, progress);
        done.Begin();
        foreach (var node in graph.Nodes)
        {
            cancel.ThrowIfCancellationRequested();
            _float.Run();
            if (_weightOf.TryGetValue(node, out var weight)) RunLayer(node, weight);
            else _rounded.Run(ConstantsOf(node));
            foreach (var output in node.Outputs.OfType<Value>()) RoundValue(output);
            _float.GoOn();
            _rounded.GoOn();
            done.End(node);
        }
        return Result();
    }

    /// <summary>Chooses the scale of a value, and rounds it.</summary>
    void RoundValue(Value value)
    {
        if (!_groupOf.TryGetValue(value, out var group)) return;
        var here = _rounded[value];
        var walked = new WalkedValue(group, value.IsGraphOutput, _float[value], here, _rounded.ForEachSample);
        foreach (var step in _steps) _activations[group] = step.ChooseParameters(walked, _activations[group]);
        var parameters = _activations[group];
        _rounded.ForEachSample(
            index => LinearQuantizer.FakeQuantize(here[index].Floats, here[index].Floats, here[index].Shape, parameters));
    }

    void RunLayer(Node node, PlannedWeight place)
    {
        var bias = _biasOf.GetValueOrDefault(node);
        var rounding =
            new WeightRounding(node, _model.WeightOf(place), _steps,
                meanIsFree: bias is not null && _steps.Any(step => step.RestoresMeans));
        var (weights, parameters) = rounding.Round(_rounded[node.Inputs[0]!], _float[node.Inputs[0]!], _threads);
        var facts = node.Operator.Weights!;
        if (bias is null)
        {
            _tuned[node] = new(weights, parameters, null);
            _rounded.Run([.. ConstantsOf(node), (facts.WeightInput, weights)]);
            return;
        }

        _rounded.Run([.. ConstantsOf(node), (facts.WeightInput, weights), (facts.BiasInput!.Value, null)]);
        var sums = _rounded[node.Output];
        var moved = bias.Elements.Floats.ToArray();
        foreach (var step in _steps) step.MoveBias(_float[node.Output], sums, moved, _rounded.ForEachSample);
        if (_groupOf.TryGetValue(bias.Data, out var input)) RoundToSteps(moved, _activations[input].Scale, parameters.Scales.AsSpan());
        _tuned[node] = new(weights, parameters, moved);
        _rounded.ForEachSample(
            index => new LayerOutput(sums[index], ChannelSums.Layout(sums[index])).ForEachRun(moved,
                static (elements, addends) => TensorPrimitives.Add(elements, addends, elements)));
    }

    static void RoundToSteps(float[] bias, float inputScale, ReadOnlySpan<float> weightScales)
    {
        for (var channel = 0; channel < bias.Length; channel++)
        {
            var weightScale = weightScales[channel % weightScales.Length];
            bias[channel] =
                (float)(LinearQuantizer.QuantizeBias(bias[channel], inputScale, weightScale) * (double)(inputScale * weightScale));
        }
    }

    /// <summary>The constants among the inputs of a node that are values of their own in the plan.</summary>
    IReadOnlyList<(int Input, Tensor? Operand)> ConstantsOf(Node node) =>
        [.. node.Inputs.Index().Where(input => input.Item is not null && _roundedConstants.ContainsKey(input.Item))
        .Select(input => (input.Index, (Tensor?)_roundedConstants[input.Item!]))];

    /// <summary>The model with what was found, in a copy of its graph.</summary>
    QuantizedModel Result()
    {
        var copy = new LayerCopy(_model.Plan.Graph);
        foreach (var (node, layer) in _tuned) copy.SetParameters(node, layer.Weights, layer.Bias);
        var plan = copy.Of(_model.Plan);
        var activations = _activations.ToDictionary(entry => copy[entry.Key.Values[0]], entry => entry.Value);
        var weights = _tuned.ToDictionary(entry => copy[entry.Key], entry => entry.Value.Parameters);
        return new(_model.Model.With(copy.Graph), plan, group => activations[group.Values[0]], weight => weights[weight.Node]);
    }
}
