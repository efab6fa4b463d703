using Octet.Data;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>Runs a few samples through a float model, and looks at what goes in, what the first layer makes of it, and what comes
/// out.</summary>
sealed class FloatModelRun
{
    /// <summary>Enough to see whether answers differ.</summary>
    public const int MaxSamples = 16;

    const int ShownSamples = 3;

    FloatModelRun(Model model, IReadOnlyList<SampleFacts> samples) => (Model, Samples) = (model, samples);

    public Model Model { get; }

    /// <summary>In their order; those that could not be read are left out.</summary>
    public IReadOnlyList<SampleFacts> Samples { get; }

    /// <summary>How pictures become inputs; null where samples are arrays.</summary>
    public ImagePreprocessing? Preprocessing { get; private init; }

    /// <summary>The answers, in the order of the samples.</summary>
    public IEnumerable<ModelAnswer> Answers => Samples.Select(sample => sample.Answer);

    /// <summary>The values of each input that holds floats.</summary>
    public IReadOnlyList<InputFigures> Inputs => [.. from input in Model.Graph.Inputs
        let sums = Samples.Select(sample => sample.Inputs.GetValueOrDefault(input.Name)).OfType<ElementSums>().ToArray()
        where sums.Length > 0
        select sums.Aggregate((one, other) => one + other).Figures(input.Name)];

    /// <summary>The standard deviation of the first layer's output, in the median over its channels; null where there is no layer with
    /// weights.</summary>
    public double? FirstLayerDeviation
    {
        get
        {
            var samples = Samples.Select(sample => sample.FirstLayer).OfType<ElementSums[]>().ToArray();
            if (samples.Length == 0) return null;
            var channels = Enumerable.Range(0, samples[0].Length)
                .Select(channel => samples.Select(sample => sample[channel]).Aggregate((one, other) => one + other).Figures("").Deviation)
                .Where(deviation => deviation > 0).Order().ToArray();
            return channels.Length == 0 ? 0 : channels[channels.Length / 2];
        }
    }

    /// <param name="model">A prepared float model.</param>
    /// <param name="samples">Some of them are run, evenly spread.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    public static FloatModelRun Of(Model model, ISampleSource samples, SampleRunOptions options, CancellationToken cancel)
    {
        var spread = new SpreadSamples(samples, MaxSamples);
        var preprocessing = StoredPreprocessing.Of(model);
        var first = FirstLayer(model.Graph);
        var runner = options.Open(model.Graph, first is null ? model.Graph.Outputs : [.. model.Graph.Outputs, first.Output]);
        var facts = new SampleFacts?[spread.Count];
        SampleRun.ForEach(spread, "look at the float model", options, (_, index, sample) =>
        {
            var outputs = new Dictionary<Value, Tensor>();
            ElementSums[]? channels = null;
            foreach (var (value, tensor) in runner.Watch(sample.Inputs))
            {
                if (value.IsGraphOutput) outputs[value] = tensor.Clone();
                if (value == first?.Output) channels = Channels(tensor, first.Operator.Weights!.DataChannelAxis);
            }
            var size = sample.PictureSize is { } picture ? preprocessing?.PlacementOf(picture.Width, picture.Height).Size : null;
            facts[index] = new(
                sample.Name, sample.Inputs.Where(input => input.Value.Type == DataType.Float32)
                    .ToDictionary(input => input.Key, input => ElementSums.Of(input.Value.Floats)),
                channels, ModelAnswer.Of([.. model.Graph.Outputs.Select(output => outputs[output])], size));
        }, cancel);
        var read = facts.OfType<SampleFacts>().ToArray();
        return new(model, read) { Preprocessing = read.Any(sample => sample.Inputs.Count > 0) ? preprocessing : null };
    }

    /// <summary>What is told of it, doubts included.</summary>
    /// <param name="accuracy">That of the float model, where it was measured: it may be near chance.</param>
    public FloatModelReport Report(Accuracy? accuracy = null) => new()
    {
        Preprocessing = Preprocessing is { } steps ? FloatModelText.Of(steps) : "",
        Inputs = Inputs,
        Predictions = [.. Samples.Take(ShownSamples).Select(sample => new Prediction(sample.Name, sample.Answer.Text))],
        Samples = Samples.Count,
        Doubts =
        [
            .. new[] { accuracy?.Judged?.Doubt }.OfType<Doubt>().Concat(FloatModelDoubts.Of(this))
                .OrderByDescending(doubt => doubt.IsSevere),
        ],
    };

    /// <summary>The first node with weights that the first input of the graph leads to.</summary>
    public static Node? FirstLayer(Graph graph) =>
        graph.Nodes.FirstOrDefault(node => node.Operator.Weights is not null && node.Output.Type == DataType.Float32);

    /// <summary>Sums of the channels along an axis; null where there are none.</summary>
    static ElementSums[]? Channels(Tensor tensor, int axis)
    {
        if (tensor.Type != DataType.Float32 || tensor.Length == 0) return null;
        var layout = ChannelLayout.Of(tensor.Shape, tensor.Shape.NormalizeAxis(axis));
        var channels = new ElementSums[layout.Channels];
        for (var outer = 0; outer < layout.Outer; outer++)
        {
            for (var channel = 0; channel < layout.Channels; channel++)
                channels[channel] += ElementSums.Of(tensor.Floats.Slice(layout.StartOf(outer, channel), layout.Inner));
        }
        return channels;
    }
}

/// <summary>What a sample showed.</summary>
/// <param name="Name">The sample.</param>
/// <param name="Inputs">By the name of the model's input.</param>
/// <param name="FirstLayer">The channels of the first layer's output; null where there is no such layer.</param>
/// <param name="Answer">What the model says of it.</param>
sealed record SampleFacts(string Name, IReadOnlyDictionary<string, ElementSums> Inputs, ElementSums[]? FirstLayer, ModelAnswer Answer);

/// <summary>Sums of elements, from which mean and deviation follow.</summary>
sealed record ElementSums(double Sum, double Squares, long Count, float Low, float High)
{
    public static ElementSums Of(ReadOnlySpan<float> elements)
    {
        var (sum, squares, low, high) = (0.0, 0.0, float.PositiveInfinity, float.NegativeInfinity);
        foreach (var element in elements)
        {
            sum += element;
            squares += (double)element * element;
            low = Math.Min(low, element);
            high = Math.Max(high, element);
        }
        return new(sum, squares, elements.Length, low, high);
    }

    public static ElementSums operator +(ElementSums? one, ElementSums other) => one is null ? other
        : new(one.Sum + other.Sum, one.Squares + other.Squares, one.Count + other.Count, Math.Min(one.Low, other.Low),
            Math.Max(one.High, other.High));

    public InputFigures Figures(string name)
    {
        var mean = Sum / Math.Max(1, Count);
        return new(name, Low, High, mean, Math.Sqrt(Math.Max(0, Squares / Math.Max(1, Count) - mean * mean)));
    }
}
