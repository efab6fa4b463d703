using System.Runtime.CompilerServices;
using Octet.Calibration;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.TexasInstruments;

/// <summary>Samples that calibration runs together. What their float pass gives is remembered as long as the batch is there.</summary>
/// <param name="samples">The graph's inputs by name, of each sample; a sample may hold several pictures.</param>
public sealed class CalibrationBatch(IReadOnlyList<IReadOnlyDictionary<string, Tensor>> samples)
{
    /// <summary>What runs.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Samples { get; } =
        samples ?? throw new ArgumentNullException(nameof(samples));
}

/// <summary>
/// Calibrates a model as TI's QuantCalibrateModule does: wrap a model, <see cref="Forward"/> batches, then <see cref="Eval"/>, and take
/// <see cref="Quantized"/> or <see cref="Module"/>.
/// </summary>
/// <remarks>
/// Each batch in training mode moves the ranges of values between operators, and then the biases: by a share of the difference between the
/// mean of each channel in the float model and in the quantized one, layer by layer, so that a later layer already sees what an earlier one
/// has become. The first batch limits the weights and puts them on their grid for good. Normalizations have to be folded, as
/// <see cref="Quantizer.Prepare"/> does; the bias of the fold takes the place of the normalization's. Source: TI edgeai-modeloptimization,
/// quantization/v1/quant_calib_module.py; Nagel et al. 2019, arXiv:1906.04721, section 4.2, has the idea of biases that correct means.
/// </remarks>
public sealed class QuantCalibrateModule
{
    /// <summary>At this batch the rounded biases replace those that calibration has moved, if they have to fit the sums.</summary>
    const int ConstrainBiasAtBatch = 85;

    readonly Model _model;
    readonly QuantModuleOptions _options;
    readonly Graph _graph;
    readonly Dictionary<Value, Pact2Layer> _layerOf;
    readonly Dictionary<Value, Pact2Activation> _rounding = [];
    readonly ILookup<Value, Pact2Activation> _following;
    readonly IReadOnlyDictionary<Value, IgnoredElements> _ignored;
    readonly ConditionalWeakTable<CalibrationBatch, Dictionary<Node, double[]>> _floatMeans = [];
    readonly int _threads;
    Session? _calibrated;
    bool _isFast;
    Session? _float;
    Session? _simulated;
    int _batches;

    /// <param name="model">A prepared model; it is not changed.</param>
    /// <param name="options">TI's "Advanced" if left out.</param>
    /// <param name="threads">How many samples of a batch are computed at once; 0 takes one for each processor. Results do not depend on
    /// it.</param>
    /// <exception cref="UnsupportedOperatorsException">Names all operators that Octet cannot run.</exception>
    public QuantCalibrateModule(Model model, QuantModuleOptions? options = null, int threads = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        _options = options ?? new();
        PlanException.ThrowIfNotNodeByNode(model.Graph);
        _graph = model.Graph.Clone();
        _model = model.With(_graph);
        if (!_options.KeepBounds) Pact2Model.DropBounds(_graph);
        _threads = threads > 0 ? threads : Environment.ProcessorCount;
        _layerOf = _graph.Layers().ToDictionary(node => node.Output, node => new Pact2Layer(node, _options));
        foreach (var place in TiPlaces.Find(_graph, _options)) _rounding[place.Value] = new(place, _options);
        _following = _rounding.Values.ToLookup(activation => activation.Place.Observed);
        _ignored = IgnoredElements.In(_graph);
        if (_layerOf.Count == 0) throw PlanException.NothingToQuantize(model, TiRecipe.Of(_options));
    }

    /// <summary>Whether <see cref="Forward"/> calibrates. True at first.</summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>Lets <see cref="Forward"/> calibrate.</summary>
    public void Train() => (IsTraining, _simulated) = (true, null);

    /// <summary>Lets <see cref="Forward"/> compute what the quantized model computes, and change nothing.</summary>
    public void Eval() => IsTraining = false;

    /// <summary>Keeps the ranges as they are; biases go on.</summary>
    public void FreezeRanges()
    {
        foreach (var activation in _rounding.Values) activation.Range.Freeze();
    }

    /// <summary>Runs a batch: in training mode it calibrates.</summary>
    /// <returns>What the quantized model gives for each sample, outputs by name.</returns>
    /// <exception cref="OctetException">An input does not fit the model, or a value is not finite.</exception>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Forward(CalibrationBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        foreach (var sample in batch.Samples) InputException.ThrowIfAnyDoesNotFit(_graph, sample);
        if (IsTraining) return Calibrate(batch);

        _simulated ??= new(Quantized.Simulate());
        var outputs = new IReadOnlyDictionary<string, Tensor>[batch.Samples.Count];
        ParallelWork.ForEach(outputs.Length, _threads, index => outputs[index] = _simulated.Run(batch.Samples[index]));
        return outputs;
    }

    /// <summary>The inner model in floats, ready to be saved: weights on their grid, calibrated biases, and <see cref="Pact2"/> where
    /// values are rounded.</summary>
    public Model Module => Pact2Model.Floats(_model, _layerOf.Values, _rounding.Values);

    /// <summary>The calibrated model with its integers.</summary>
    public QuantizedModel Quantized => Pact2Model.Quantized(_model, _options, _layerOf.Values, _rounding.Values);

    /// <summary>The range of each value between operators, as it is used.</summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges =>
        _rounding.Values.ToDictionary(activation => activation.Place.Value.Name, activation => activation.Used);

    /// <summary>The average that a range is made of.</summary>
    internal ValueRange AverageOf(string name) => _rounding.Values.Single(activation => activation.Place.Value.Name == name).Range.Average;

    IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Calibrate(CalibrationBatch batch)
    {
        if (batch.Samples.Count == 0) throw CalibrationException.NothingSeen();
        var floatMeans = _options.BiasCalibration ? _floatMeans.GetValue(batch, MeasureFloats) : null;
        using var run = SessionFor(batch).Begin(batch.Samples, _threads);
        var fused = new Dictionary<Value, Action>();
        foreach (var input in _graph.Inputs) See(run, input);
        for (; run.Node is not null; run.GoOn())
        {
            if (run.Made is [var made] && fused.Remove(made, out var finish)) finish();
            else if (run.Made is [var output] && _layerOf.GetValueOrDefault(output) is { HasOtherBias: false } layer)
                RunLayer(run, layer, floatMeans?.GetValueOrDefault(layer.Node), fused);
            else RunOther(run);
        }
        _batches++;
        return run.Outputs();
    }

    /// <summary>The fast kernels, unless weights are about to change or samples differ in shape.</summary>
    Session SessionFor(CalibrationBatch batch)
    {
        var isFast = _batches > 0
            && batch.Samples.All(sample => _graph.Inputs.All(input => sample[input.Name].Shape == batch.Samples[0][input.Name].Shape));
        if (_calibrated is null || _isFast != isFast) _calibrated = new(_graph, isFast ? FastOptions() : SessionOptions.NodeByNode);
        _isFast = isFast;
        return _calibrated;
    }

    /// <summary>Images have channels last and weights are packed; layers make sums without their bias, and of the other values those are
    /// made that are followed or rounded.</summary>
    SessionOptions FastOptions()
    {
        var replaced = new Dictionary<(Node, int), Tensor?>();
        foreach (var layer in _layerOf.Values)
        {
            var facts = layer.Node.Operator.Weights!;
            replaced[(layer.Node, facts.WeightInput)] = layer.Weights;
            if (layer.Bias is not null) replaced[(layer.Node, facts.BiasInput!.Value)] = null;
        }
        var watched = _layerOf.Keys.Concat(_rounding.Keys).Concat(_following.Select(group => group.Key)).ToHashSet();
        return new() { Watched = watched, ShowsAnyLayout = true, ChangesValues = true, Replaced = replaced };
    }

    /// <summary>Follows and rounds a value that is there.</summary>
    void See(LockstepRun run, Value value)
    {
        if (_following.Contains(value))
        {
            var ignored = _ignored.GetValueOrDefault(value);
            var seen = run[value].Select(tensor => LayerOutput.Of(ignored?.RaisedAsOneRow(tensor) ?? tensor));
            Follow(run, value, [.. seen], [], withSums: false);
        }
        if (_rounding.GetValueOrDefault(value)?.Parameters is not { } integers) return;
        var tensors = run[value];
        run.ForEachSample(index => Round(tensors[index].Floats, integers));
    }

    void RunOther(LockstepRun run)
    {
        run.Run();
        foreach (var value in run.Made) See(run, value);
    }

    /// <summary>What a layer makes with other weights than it has, without its bias.</summary>
    internal static LayerOutput[] Multiply(LockstepRun run, Node layer, Tensor weights)
    {
        run.Multiply(layer, weights);
        // Images have their channels behind all else where weights are packed, and rows have them there anyway.
        return [.. run[layer.Output]
            .Select(sums =>
                new LayerOutput(sums, run.Node!.IsLayer ? ChannelSums.Layout(sums) : ChannelLayout.Of(sums.Shape, sums.Shape.Rank - 1)))];
    }

    /// <summary>Runs a layer. If only an activation reads its output, the output is computed with the activation: bias, limits
    /// and rounding at once.</summary>
    void RunLayer(LockstepRun run, Pact2Layer layer, double[]? floatMeans, Dictionary<Value, Action> fused)
    {
        var output = layer.Node.Output;
        var sums = Multiply(run, layer.Node, layer.Weights);
        var channelSums = Follow(run, output, sums, layer.Bias ?? [], withSums: floatMeans is not null);
        if (floatMeans is not null)
            MoveBias(layer, ChannelSums.Means(channelSums, sums.Sum(sum => CountIn(sum.Layout))), floatMeans);

        var input = _rounding.GetValueOrDefault(layer.Node.Inputs[0]!)?.Parameters;
        if (_batches == 0) layer.PutOnGrid(input);
        else layer.RoundWeights(input);
        if (_batches == 0 || layer.Rounded != layer.Weights) sums = Multiply(run, layer.Node, layer.Rounded);
        var bias = layer.RoundBias(input);
        if (bias is not null && _batches == ConstrainBiasAtBatch && _options.BiasConstraint == BiasConstraint.Saturate)
            bias.CopyTo(layer.Bias!, 0);

        if (ActivationBehind(output) is { } follower) fused[follower.Output] = () => Finish(follower.Output, follower.Limits);
        else Finish(output, limits: null);

        void Finish(Value made, ValueRange? limits)
        {
            var (tensors, integers) = (run[made], _rounding.GetValueOrDefault(made)?.Parameters);
            run.ForEachSample(index => sums[index].ForEachRun(bias ?? [], tensors[index].Floats, (elements, addends) =>
            {
                if (!addends.IsEmpty) TensorPrimitives.Add(elements, addends, elements);
                if (limits is { } ends) Limit(elements, ends);
                if (integers is not null) Round(elements, integers);
            }));
        }
    }

    /// <summary>The activation that is the only reader of a value and whose output is rounded; null if there is none.</summary>
    Node? ActivationBehind(Value value) =>
        !_rounding.ContainsKey(value) && value is { Consumers: [var only], IsGraphOutput: false } && only.IsLimit
        && _rounding.ContainsKey(only.Output) ? only : null;

    static void Limit(Span<float> elements, ValueRange limits)
    {
        if (limits.HasLow) TensorPrimitives.Max(elements, limits.Low, elements);
        if (limits.HasHigh) TensorPrimitives.Min(elements, limits.High, elements);
    }

    static void Round(Span<float> elements, QuantizationParameters integers) =>
        LinearQuantizer.FakeQuantize(elements, elements, integers.Scale, zeroPoint: 0, integers.Spec.Low, integers.Spec.High,
            integers.Spec.Rounding);

    /// <summary>Lets the ranges that follow a value know a batch of it.</summary>
    /// <returns>The sum of each channel without the bias, for each sample, if they are asked for.</returns>
    double[][] Follow(LockstepRun run, Value value, LayerOutput[] outputs, float[] bias, bool withSums)
    {
        var following = _following[value].Where(activation => !activation.Range.IsFixed).ToArray();
        var (sums, ranges) = (new double[outputs.Length][], new ValueRange[outputs.Length]);
        if (following.Length == 0 && !withSums) return sums;
        try
        {
            run.ForEachSample(index => (sums[index], ranges[index]) = outputs[index].Measure(bias));
        }
        catch (CalibrationException problem)
        {
            throw problem.At(value.Name);
        }
        var elements = outputs.Sum(output => (long)output.Tensor.Length);
        foreach (var activation in following)
        {
            activation.Update(ranges, elements,
                (index, histogram) => outputs[index].ForEachRun(bias, (values, addends) => histogram.Count(values, addends)),
                run.ForEachSample);
        }
        return sums;
    }

    void MoveBias(Pact2Layer layer, double[] means, double[] floatMeans)
    {
        var bias = layer.Bias!;
        for (var channel = 0; channel < bias.Length; channel++)
        {
            bias[channel] += _options.BiasRate * (float)(floatMeans[channel] - (means[channel] + bias[channel]));
        }
    }

    Dictionary<Node, double[]> MeasureFloats(CalibrationBatch batch)
    {
        var layers = _layerOf.Values.Where(layer => layer.Bias is not null).Select(layer => layer.Node).ToArray();
        _float ??= new(_graph, new() { Watched = layers.Select(layer => layer.Output).ToHashSet() });
        var sums = new Dictionary<Value, (double[] Sums, long Count)>[batch.Samples.Count];
        ParallelWork.ForEach(sums.Length, _threads, index => sums[index] = _float.Watch(batch.Samples[index]).ToDictionary(
            made => made.Value, made => (ChannelSums.Of(made.Tensor), CountIn(ChannelSums.Layout(made.Tensor)))));
        return layers.ToDictionary(layer => layer, layer => ChannelSums.Means(
            [.. sums.Select(sample => sample[layer.Output].Sums)], sums.Sum(sample => sample[layer.Output].Count)));
    }

    /// <summary>How many elements a channel has.</summary>
    static long CountIn(ChannelLayout layout) => (long)layout.Outer * layout.Inner;
}
