using System.Runtime.CompilerServices;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Tuning;

/// <summary>Samples that calibration runs together. What their float pass gives is remembered as long as the batch is there.</summary>
/// <param name="samples">The graph's inputs by name, of each sample; a sample may hold several pictures.</param>
public sealed class CalibrationBatch(IReadOnlyList<IReadOnlyDictionary<string, Tensor>> samples)
{
    /// <summary>What runs.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Samples { get; } = samples;
}

/// <summary>
/// Calibrates a model as TI's QuantCalibrateModule does: wrap a model, <see cref="Forward"/> batches, then <see cref="Eval"/>, and take <see cref="Quantized"/> or <see cref="Module"/>.
/// </summary>
/// <remarks>
/// Each batch in training mode moves the ranges of values between operators, and then the biases: by a share of the difference between the mean of each channel in the float
/// model and in the quantized one, layer by layer, so that a later layer already sees what an earlier one has become. The first batch limits the weights and puts them on
/// their grid for good. Normalizations have to be folded, as <see cref="Quantizer.Prepare"/> does; the bias of the fold takes the place of the normalization's.
/// Source: TI edgeai-modeloptimization, quantization/v1/quant_calib_module.py; Nagel et al. 2019, arXiv:1906.04721, section 4.2, has the idea of biases that correct means.
/// </remarks>
public sealed class QuantCalibrateModule
{
    /// <summary>At this batch the rounded biases replace those that calibration has moved, if they have to fit the sums.</summary>
    const int ConstrainBiasAtBatch = 85;

    readonly Model _model;
    readonly QuantModuleOptions _options;
    readonly Graph _graph;
    readonly Dictionary<Node, Pact2Layer> _layers;
    readonly Dictionary<Value, Pact2Activation> _rounding = [];
    readonly ILookup<Value, Pact2Activation> _following;
    readonly LockstepRun _run;
    readonly ConditionalWeakTable<CalibrationBatch, Dictionary<Node, double[]>> _floatMeans = [];
    readonly int _threads;
    Session? _float;
    Session? _simulated;
    int _batches;

    /// <param name="model">A prepared model; it is not changed.</param>
    /// <param name="options">TI's "Advanced" if left out.</param>
    /// <param name="threads">How many samples of a batch are computed at once; 0 takes one for each processor. Results do not depend on it.</param>
    /// <exception cref="UnsupportedOperatorsException">Names all operators that Octet cannot run.</exception>
    public QuantCalibrateModule(Model model, QuantModuleOptions? options = null, int threads = 0)
    {
        _options = options ?? new();
        LockstepRun.ThrowIfItCannotRun(model.Graph);
        _graph = model.Graph.Clone();
        _model = model.With(_graph);
        if (!_options.KeepBounds) Pact2Model.DropBounds(_graph);
        _threads = threads > 0 ? threads : Environment.ProcessorCount;
        _run = new(_graph, _threads);
        _layers = Pact2Placement.Layers(_graph).ToDictionary(node => node, node => new Pact2Layer(node, _options));
        foreach (var place in Pact2Placement.Find(_graph, _options)) _rounding[place.Value] = new(place, _options);
        _following = _rounding.Values.ToLookup(activation => activation.Place.Observed);
        if (_layers.Count == 0) throw PlanException.NothingToQuantize(model.Source, Recipes.Ti(_options));
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

    /// <summary>The inner model in floats, ready to be saved: weights on their grid, calibrated biases, and <see cref="Pact2"/> where values are rounded.</summary>
    public Model Module => Pact2Model.Floats(_model, _layers.Values, _rounding.Values);

    /// <summary>The calibrated model with its integers.</summary>
    public QuantizedModel Quantized => Pact2Model.Quantized(_model, _options, _layers.Values, _rounding.Values);

    /// <summary>The range of each value between operators, as it is used.</summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges => _rounding.Values.ToDictionary(activation => activation.Place.Value.Name, activation => activation.Used);

    /// <summary>The average that a range is made of.</summary>
    internal ValueRange AverageOf(string name) => _rounding.Values.Single(activation => activation.Place.Value.Name == name).Range.Average;

    IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Calibrate(CalibrationBatch batch)
    {
        var floatMeans = _options.BiasCalibration ? _floatMeans.GetValue(batch, MeasureFloats) : null;
        var outputs = _run.Run(batch.Samples, See, node =>
        {
            if (_layers.TryGetValue(node, out var layer)) RunLayer(layer, floatMeans?.GetValueOrDefault(node));
            else RunOther(node);
        });
        _batches++;
        return outputs;
    }

    /// <summary>Follows and rounds a value that is there.</summary>
    void See(Value value)
    {
        foreach (var activation in _following[value]) activation.Update(_run[value], [], _run.ForEachSample);
        Round(value);
    }

    void RunOther(Node node)
    {
        _run.RunNode(node);
        foreach (var output in node.Outputs.OfType<Value>().Where(output => output.Type == DataType.Float32)) See(output);
    }

    void RunLayer(Pact2Layer layer, double[]? floatMeans)
    {
        var (node, output) = (layer.Node, layer.Node.Output);
        if (layer.Bias is null && node.Operator.Weights!.BiasInput is { } biasInput && node.InputOrNull(biasInput) is not null)
        {
            RunOther(node);
            return;
        }
        var sums = _run.Multiply(node, layer.Weights);
        foreach (var activation in _following[output]) activation.Update(sums, layer.Bias ?? [], _run.ForEachSample);
        if (floatMeans is not null) MoveBias(layer, sums, floatMeans);

        var input = _rounding.GetValueOrDefault(node.Inputs[0]!)?.Parameters;
        if (_batches == 0) layer.PutOnGrid(input);
        else layer.RoundWeights(input);
        if (_batches == 0 || layer.Rounded != layer.Weights)
        {
            _run.Release(sums);
            sums = _run.Multiply(node, layer.Rounded);
        }
        var bias = layer.RoundBias(input);
        if (bias is not null && _batches == ConstrainBiasAtBatch && _options.BiasConstraint == BiasConstraint.Saturate) bias.CopyTo(layer.Bias!, 0);
        _run.Set(output, index =>
        {
            if (bias is not null) ChannelSums.ForEachChannel(sums[index], bias, static (elements, addend) => TensorPrimitives.Add(elements, addend, elements));
            return sums[index];
        });
        Round(output);
    }

    void MoveBias(Pact2Layer layer, Tensor[] sums, double[] floatMeans)
    {
        var means = ChannelSums.Means(sums, _run.ForEachSample);
        var bias = layer.Bias!;
        for (var channel = 0; channel < bias.Length; channel++)
        {
            bias[channel] += _options.BiasRate * (float)(floatMeans[channel] - (means[channel] + bias[channel]));
        }
    }

    void Round(Value value)
    {
        if (_rounding.TryGetValue(value, out var activation)) _run.ForEachSample(index => activation.Round(_run[value][index]));
    }

    Dictionary<Node, double[]> MeasureFloats(CalibrationBatch batch)
    {
        var layers = _layers.Values.Where(layer => layer.Bias is not null).Select(layer => layer.Node).ToArray();
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
