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
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Samples { get; } = samples;
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
    CalibrationGraph? _calibrated;
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
        _options = options ?? new();
        LockstepRun.ThrowIfItCannotRun(model.Graph);
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
        foreach (var sample in batch.Samples) InputException.ThrowIfAnyDoesNotFit(_graph, sample);
        if (IsTraining) return Calibrate(batch);

        _simulated ??= new(Quantized.Simulate());
        var outputs = new IReadOnlyDictionary<string, Tensor>[batch.Samples.Count];
        ForEach(outputs.Length, index => outputs[index] = _simulated.Run(batch.Samples[index]));
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
        var graph = _calibrated = GraphFor(batch);
        var done = new HashSet<Node>();
        var outputs = graph.Run.Run(batch.Samples, value => See(graph, value), node =>
        {
            if (done.Contains(node)) return;
            if (LayerOf(graph, node) is { } layer) done.Add(RunLayer(graph, node, layer, floatMeans?.GetValueOrDefault(layer.Node)));
            else RunOther(graph, node);
        });
        _batches++;
        return outputs;
    }

    /// <summary>The fast one, unless weights are about to change or samples differ in shape.</summary>
    CalibrationGraph GraphFor(CalibrationBatch batch)
    {
        var inputs = _graph.Inputs.Select(input => batch.Samples[0][input.Name]).ToArray();
        var isFast = _batches > 0
            && batch.Samples.All(
                sample => _graph.Inputs.Select(input => sample[input.Name].Shape).SequenceEqual(inputs.Select(input => input.Shape)));
        if (_calibrated is { } last && last.IsLowered == isFast && last.Takes(inputs)) return last;

        var seen = _layerOf.Keys.Concat(_rounding.Keys).Concat(_following.Select(group => group.Key)).ToHashSet();
        return isFast
            ? CalibrationGraph.Lowered(_graph, _layerOf.Values, seen, inputs, _threads) : CalibrationGraph.AsItIs(_graph, _threads);
    }

    /// <summary>The layer that a node is, if its bias is one that calibration can move.</summary>
    Pact2Layer? LayerOf(CalibrationGraph graph, Node node) =>
        node.Outputs is [{ } output] && graph.OriginalOf(output) is { } original
        && _layerOf.GetValueOrDefault(original) is { HasOtherBias: false } layer ? layer : null;

    /// <summary>Follows and rounds a value that is there.</summary>
    void See(CalibrationGraph graph, Value value)
    {
        if (graph.OriginalOf(value) is not { } original) return;
        if (_following.Contains(original))
        {
            var ignored = _ignored.GetValueOrDefault(original);
            var seen = graph.Run[value].Select(tensor => LayerOutput.Of(ignored?.RaisedAsOneRow(tensor) ?? tensor));
            Follow(graph, original, [.. seen], [], withSums: false);
        }
        if (_rounding.GetValueOrDefault(original)?.Parameters is { } integers)
            graph.Run.ForEachSample(index => Round(graph.Run[value][index].Floats, integers));
    }

    void RunOther(CalibrationGraph graph, Node node)
    {
        graph.Run.RunNode(node);
        foreach (var output in node.Outputs.OfType<Value>()) See(graph, output);
    }

    /// <summary>Runs a layer, and the activation behind it if nobody else reads what the layer makes.</summary>
    /// <returns>The last node that was run.</returns>
    Node RunLayer(CalibrationGraph graph, Node node, Pact2Layer layer, double[]? floatMeans)
    {
        var (run, output) = (graph.Run, layer.Node.Output);
        var sums = graph.Multiply(node, layer, layer.Weights);
        var channelSums = Follow(graph, output, sums, layer.Bias ?? [], withSums: floatMeans is not null);
        if (floatMeans is not null)
            MoveBias(layer, ChannelSums.Means(channelSums, sums.Sum(sum => (long)sum.Layout.Outer * sum.Layout.Inner)), floatMeans);

        var input = _rounding.GetValueOrDefault(layer.Node.Inputs[0]!)?.Parameters;
        if (_batches == 0) layer.PutOnGrid(input);
        else layer.RoundWeights(input);
        if (_batches == 0 || layer.Rounded != layer.Weights)
        {
            run.Release(sums.Select(sum => sum.Tensor));
            sums = graph.Multiply(node, layer, layer.Rounded);
        }
        var bias = layer.RoundBias(input);
        if (bias is not null && _batches == ConstrainBiasAtBatch && _options.BiasConstraint == BiasConstraint.Saturate)
            bias.CopyTo(layer.Bias!, 0);

        var follower = _rounding.ContainsKey(output) ? null : ActivationBehind(graph, node);
        var integers = _rounding.GetValueOrDefault(follower is null ? output : graph.OriginalOf(follower.Output)!)?.Parameters;
        var limits = follower is null ? null : follower.Limits;
        run.Set((follower ?? node).Output, index =>
        {
            sums[index].ForEachRun(bias ?? [], (elements, addends) =>
            {
                if (!addends.IsEmpty) TensorPrimitives.Add(elements, addends, elements);
                if (limits is { } ends) Limit(elements, ends);
                if (integers is not null) Round(elements, integers);
            });
            return sums[index].Tensor;
        });
        return follower ?? node;
    }

    /// <summary>The activation that alone reads what a node makes and whose output is rounded; null if there is none.</summary>
    Node? ActivationBehind(CalibrationGraph graph, Node node) =>
        node.Output is { Consumers: [var only], IsGraphOutput: false } && only.IsLimit && graph.OriginalOf(only.Output) is { } original
        && _rounding.ContainsKey(original) ? only : null;

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
    double[][] Follow(CalibrationGraph graph, Value value, LayerOutput[] outputs, float[] bias, bool withSums)
    {
        var following = _following[value].Where(activation => !activation.Range.IsFixed).ToArray();
        var (sums, ranges) = (new double[outputs.Length][], new ValueRange[outputs.Length]);
        if (following.Length == 0 && !withSums) return sums;
        try
        {
            graph.Run.ForEachSample(index => (sums[index], ranges[index]) = outputs[index].Measure(bias));
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
                graph.Run.ForEachSample);
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
        var watchers = new SumWatcher[batch.Samples.Count];
        ForEach(watchers.Length, index => _float.Run(batch.Samples[index], watchers[index] = new(), _ => { }));
        return layers.ToDictionary(layer => layer, layer => ChannelSums.Means(
            [.. watchers.Select(watcher => watcher.Sums[layer.Output].Sums)], watchers.Sum(watcher => watcher.Sums[layer.Output].Count)));
    }

    void ForEach(int count, Action<int> work) => LockstepRun.ForEach(count, _threads, work);

    sealed class SumWatcher : IValueWatcher
    {
        public Dictionary<Value, (double[] Sums, long Count)> Sums { get; } = [];

        public void See(Value value, Tensor tensor)
        {
            var layout = ChannelSums.Layout(tensor);
            Sums[value] = (ChannelSums.Of(tensor), (long)layout.Outer * layout.Inner);
        }
    }
}
