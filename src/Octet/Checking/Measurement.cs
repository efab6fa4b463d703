using Octet.Calibration;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Checking;

/// <summary>What some samples show of a float model in one run: the distribution and the channels of every value, and the noise that
/// rounded weights make in each layer.</summary>
/// <remarks>Beside each layer runs its shadow, which multiplies the same input with what rounding has changed of the weights: its output is
/// the noise.</remarks>
sealed class Measurement
{
    readonly Dictionary<Value, ValueFigures> _values = [];
    readonly Dictionary<LayerWeights, SignalComparison> _noise = [];

    /// <summary>How many samples were seen.</summary>
    public int Samples { get; private init; }

    /// <summary>What was seen of a float value of the checked graph; null for constants, and for values of other types.</summary>
    public ValueFigures? this[Value value] => _values.GetValueOrDefault(value);

    /// <summary>The output of a layer beside the noise that its rounded weights add to it, over all samples.</summary>
    public SignalComparison WeightNoise(LayerWeights layer) => _noise[layer];

    /// <param name="model">What is checked.</param>
    /// <param name="samples">What to run.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    /// <exception cref="OctetException">The model cannot run, a sample does not fit it, or its values are not finite.</exception>
    public static Measurement Of(CheckedModel model, ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var graph = model.Graph.Clone(out var copies);
        var values = model.Graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().Concat(model.Graph.Inputs)
            .Where(value => value.Type == DataType.Float32 && value.Constant is null).ToArray();
        var shadows = AddShadows(model, graph, copies);
        var outputOf = model.Layers.ToDictionary(layer => copies[layer.Node.Output]);
        Session.ThrowIfUnsupported(graph, model.Model.Source);
        var runner = options.Open(graph, values.Select(value => copies[value]).Concat(shadows.Keys));

        var watchers = Enumerable.Range(0, options.EffectiveThreads(samples.Count))
            .Select(_ => new Watcher(values.Select(value => copies[value]), shadows, outputOf)).ToArray();
        var noise = new Dictionary<LayerWeights, SignalComparison>[samples.Count];
        SampleRun.ForEach(samples, "measure", options, (worker, index, sample) =>
        {
            noise[index] = watchers[worker].Noise = [];
            try
            {
                foreach (var input in graph.Inputs.Where(watchers[worker].Values.ContainsKey))
                    watchers[worker].See(input, sample.Inputs[input.Name]);
                foreach (var (value, tensor) in runner.Watch(sample.Inputs)) watchers[worker].See(value, tensor);
            }
            catch (CalibrationException problem)
            {
                throw new CalibrationException($"Sample '{sample.Name}': {problem.Message}");
            }
        }, cancel);

        var result = new Measurement { Samples = samples.Count - samples.Skipped.Count };
        if (result.Samples == 0) throw CalibrationException.NothingSeen();
        foreach (var other in watchers.Skip(1)) watchers[0].Merge(other);
        foreach (var value in values) result._values[value] = watchers[0].Values[copies[value]];
        // In the order of samples, so that the figures do not depend on threads.
        foreach (var layer in model.Layers)
            result._noise[layer] = noise.Where(sample => sample is not null)
                .Aggregate(default(SignalComparison), (sum, sample) => sum + sample.GetValueOrDefault(layer));
        return result;
    }

    static Dictionary<Value, LayerWeights> AddShadows(CheckedModel model, Graph graph, GraphMap copies)
    {
        var shadows = new Dictionary<Value, LayerWeights>();
        foreach (var layer in model.Layers)
        {
            var difference = layer.Rounded.Clone();
            System.Numerics.Tensors.TensorPrimitives.Subtract<float>(difference.Floats, layer.Elements.Floats, difference.Floats);
            var weightInput = layer.Node.Operator.Weights!.WeightInput;
            var name = $"{layer.Node.Output.Name}_noise";
            // Without the bias, which is the input behind the weights.
            var inputs = layer.Node.Inputs.Take(weightInput).Select(input => copies[input!])
                .Append(graph.AddConstant(graph.UniqueName($"{name}_weights"), difference));
            shadows[graph.Add(layer.Node.Operator, inputs, name, layer.Node.Attributes, domain: layer.Node.Domain)] = layer;
        }
        graph.Sort();
        return shadows;
    }

    sealed class Watcher(IEnumerable<Value> values, Dictionary<Value, LayerWeights> shadows, Dictionary<Value, LayerWeights> layers)
    {
        public Dictionary<Value, ValueFigures> Values { get; } = values.ToDictionary(value => value, _ => new ValueFigures());

        public Dictionary<LayerWeights, SignalComparison> Noise { get; set; } = [];

        public void See(Value value, Tensor tensor)
        {
            if (shadows.TryGetValue(value, out var shadowed))
            {
                Add(shadowed, new(0, 0, 0, Power(tensor)));
                return;
            }
            if (layers.TryGetValue(value, out var layer)) Add(layer, new(Power(tensor), 0, 0, 0));
            try
            {
                Values[value].Add(tensor);
            }
            catch (CalibrationException problem)
            {
                throw problem.At(value.Name);
            }
        }

        public void Merge(Watcher other)
        {
            foreach (var (value, figures) in other.Values) Values[value].Merge(figures);
        }

        void Add(LayerWeights layer, SignalComparison sums) => Noise[layer] = Noise.GetValueOrDefault(layer) + sums;

        static double Power(Tensor tensor)
        {
            var power = 0.0;
            foreach (var x in tensor.Floats) power += (double)x * x;
            return power;
        }
    }
}

/// <summary>What was seen of one value.</summary>
sealed class ValueFigures
{
    readonly HistogramObserver _distribution = new();
    ValueRange[] _channels = [];

    /// <summary>How many elements were seen, all of them counted.</summary>
    public long Elements { get; private set; }

    /// <summary>How often which magnitudes were seen; of large tensors a part is counted.</summary>
    public Histogram Distribution => _distribution.Histogram;

    public ValueRange Range => _distribution.Range;

    /// <summary>The range of each channel of images and rows; empty for other values, and where the number of channels changes.</summary>
    public IReadOnlyList<ValueRange> Channels => _channels;

    /// <exception cref="CalibrationException">A value is not finite.</exception>
    public void Add(Tensor tensor)
    {
        _distribution.Observe(tensor.Floats, sample: 0);
        Elements += tensor.Length;
        if (tensor.Shape.Rank is not (2 or 4)) return;

        var layout = ChannelLayout.Of(tensor.Shape, 1);
        if (_channels.Length == 0) _channels = [.. Enumerable.Repeat(ValueRange.Nothing, layout.Channels)];
        if (_channels.Length == layout.Channels) MinMax.OfChannels(tensor.Floats, layout, _channels);
        else _channels = [];
    }

    public void Merge(ValueFigures other)
    {
        _distribution.Merge(other._distribution);
        Elements += other.Elements;
        if (_channels.Length == 0) _channels = other._channels;
        else if (_channels.Length == other._channels.Length)
            _channels = [.. _channels.Zip(other._channels, (mine, theirs) => mine.Union(theirs))];
    }
}
