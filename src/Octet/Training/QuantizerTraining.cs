using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>What training does with the quantizers of a network.</summary>
public enum QuantizerTraining
{
    /// <summary>Ranges stay as calibration chose them; gradients pass straight through.</summary>
    Fixed,

    /// <summary>Scales are learned, and zero points where integers are asymmetric (LSQ, LSQ+).</summary>
    LearnedScales,

    /// <summary>Logarithms of thresholds are learned, so that all scales are powers of two (TQT).</summary>
    LearnedThresholds,

    /// <summary>Ranges of values between operators follow the batches as a moving average (PyTorch); weights keep their scales.</summary>
    FollowedRanges,
}

/// <summary>Puts trained quantizers in the place of fixed ones. Quantizers that share their parameters go on sharing what is
/// learned.</summary>
/// <remarks>Biases of 32 bits are float while training: their scales would follow those of inputs and weights.</remarks>
/// <param name="graph">The graph to rewrite.</param>
/// <param name="infos">Type and shape of each value.</param>
/// <param name="kind">What becomes of ranges.</param>
/// <param name="reach">See <see cref="TrainingPlanOptions.QuantizerReach"/>.</param>
sealed class TrainedQuantizers(Graph graph, IReadOnlyDictionary<Value, TensorInfo> infos, QuantizerTraining kind, double reach)
{
    /// <summary>A scale may fall far, but never to zero or below.</summary>
    const double FarthestReach = 10;

    readonly Dictionary<QuantizationParameters, (TrainingParameter Scale, Value ScaleInput, TrainingParameter? Zero, Value? ZeroInput,
        LearnedFakeQuantize Operator)> _learned =
        new(ReferenceEqualityComparer.Instance);

    readonly List<(string Name, Func<QuantizationParameters> Now)> _quantizers = [];
    readonly Dictionary<string, QuantizationParameters> _start = [];

    public List<(TrainingParameter Parameter, Value Input)> Parameters { get; } = [];

    public List<(TrainingState State, Value Input, Value Updated)> States { get; } = [];

    /// <summary>The present parameters of each quantizer, by the name of its node.</summary>
    public IEnumerable<(string Name, QuantizationParameters Parameters)> Present => _quantizers.Select(entry => (entry.Name, entry.Now()));

    /// <summary>The parameters that a quantizer began with, by the name of its node.</summary>
    public IReadOnlyDictionary<string, QuantizationParameters> Start => _start;

    /// <summary>What tells the present parameters of a quantizer; null where it is not rounded in training.</summary>
    public Func<QuantizationParameters>? FindNow(string name) =>
        _quantizers.Where(entry => entry.Name == name).Select(entry => entry.Now).FirstOrDefault();

    public void Apply()
    {
        foreach (var node in graph.Find<FakeQuantize>())
        {
            var parameters = ((FakeQuantize)node.Operator).Parameters;
            _start[node.Name] = parameters;
            if (parameters.Spec.Bits > 16)
            {
                graph.ReplaceUses(node.Output, node.Inputs[0]!);
                graph.Remove(node);
            }
            else if (kind is QuantizerTraining.LearnedScales or QuantizerTraining.LearnedThresholds) Learn(node, parameters);
            else if (kind == QuantizerTraining.FollowedRanges && node.Inputs[0]!.Constant is null && parameters.Axis is null)
                Follow(node, parameters);
            else _quantizers.Add((node.Name, () => parameters));
        }
    }

    void Learn(Node node, QuantizationParameters parameters)
    {
        if (!_learned.TryGetValue(parameters, out var learned)) _learned[parameters] = learned = NewLearned(node, parameters);
        Replace(node, learned.Operator,
            learned.ZeroInput is null ? [node.Inputs[0], learned.ScaleInput] : [node.Inputs[0], learned.ScaleInput, learned.ZeroInput], []);
        _quantizers.Add(
            (node.Name, () =>
                learned.Operator.Parameters(learned.Scale.Elements.Floats, learned.Zero is null ? [] : learned.Zero.Elements.Floats)));
    }

    (TrainingParameter, Value, TrainingParameter?, Value?, LearnedFakeQuantize) NewLearned(Node node, QuantizationParameters parameters)
    {
        var elements = (double)infos[node.Inputs[0]!].Shape.Length / parameters.Scales.Length;
        var learning = kind == QuantizerTraining.LearnedScales ? ScaleLearning.Scale : ScaleLearning.LogThreshold;
        var op = new LearnedFakeQuantize(parameters.Spec, parameters.Axis, learning,
            1 / Math.Sqrt(Math.Max(1, elements) * parameters.Spec.High));
        float[] start = [.. parameters.Scales.Select(op.LearnedOf)];
        var (scale, scaleInput) =
            NewParameter($"{node.Name}.scale", start, BoundsAround(start, learning), learning == ScaleLearning.Scale ? start : null);
        if (learning == ScaleLearning.LogThreshold || parameters.ZeroPoints.All(zero => zero == 0))
            return (scale, scaleInput, null, null, op);
        var (zero, zeroInput) =
            NewParameter($"{node.Name}.zero_point", [.. parameters.ZeroPoints.Select(zero => (float)zero)], bounds: null);
        return (scale, scaleInput, zero, zeroInput, op);
    }

    (float[], float[])? BoundsAround(float[] start, ScaleLearning learning)
    {
        var farthest = Math.Min(reach, FarthestReach);
        return learning == ScaleLearning.Scale
            ? (Array.ConvertAll(start, scale => (float)(scale * Math.Pow(2, -farthest))),
                Array.ConvertAll(start, scale => (float)(scale * Math.Pow(2, farthest))))
            : (Array.ConvertAll(start, threshold => (float)(threshold - farthest)),
                Array.ConvertAll(start, threshold => (float)(threshold + farthest)));
    }

    (TrainingParameter, Value) NewParameter(string name, float[] elements, (float[], float[])? bounds, float[]? units = null)
    {
        var input = graph.AddInput(graph.UniqueName(name), DataType.Float32, SymbolicShape.From([elements.Length]));
        var parameter = new TrainingParameter(input.Name, Tensor.Of<float>([elements.Length], elements), ParameterRole.Quantizer)
        {
            Bounds = bounds,
            // A rate of a scale is a share of it.
            Units = units,
        };
        Parameters.Add((parameter, input));
        return (parameter, input);
    }

    void Follow(Node node, QuantizationParameters parameters)
    {
        // The range that calibration chose is where the average begins.
        var (low, high) =
            ((parameters.Spec.Low - parameters.ZeroPoint) * parameters.Scale, (parameters.Spec.High - parameters.ZeroPoint)
                * parameters.Scale);
        var input = graph.AddInput(graph.UniqueName($"{node.Name}.range"), DataType.Float32, SymbolicShape.From([2]));
        var updated = graph.NewValue(graph.UniqueName($"{node.Name}.range.updated"));
        var op = new FollowingFakeQuantize(parameters.Spec, Share: 0.01f);
        var state = new TrainingState(input.Name, Tensor.Of([2], [low, high]));
        Replace(node, op, [node.Inputs[0], input], [updated]);
        graph.AddOutput(updated);
        States.Add((state, input, updated));
        _quantizers.Add((node.Name, () => op.Parameters(state.Elements.Floats)));
    }

    void Replace(Node node, Operator op, IEnumerable<Value?> inputs, Value[] others)
    {
        var heir = graph.Add(op, inputs.ToArray(), [null, .. others], name: node.Name, domain: FakeQuantize.DomainName, before: node);
        graph.RemoveInFavourOf(node, heir);
    }
}
