using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Training;

/// <summary>
/// A network with all that a training step needs, as one graph: the network, the terms of the loss, and the gradients of all parameters.
/// Parameters and states are inputs of the graph, because they change from step to step.
/// </summary>
sealed class TrainingGraph
{
    readonly Dictionary<Value, Value> _parameters = [];
    readonly List<(TrainingState State, Value Input, Value Updated)> _states = [];
    readonly List<(TrainingParameter Parameter, Value Input)> _trained = [];

    /// <param name="network">The network; it is not changed.</param>
    /// <param name="batch">The shape of each input.</param>
    /// <param name="losses">The terms of the loss; at least one.</param>
    /// <param name="options">What is trained.</param>
    /// <exception cref="MissingGradientException">Names all nodes on the way that have no gradient.</exception>
    public TrainingGraph(Graph network, IReadOnlyDictionary<string, Shape> batch, IReadOnlyList<TrainingLoss> losses,
        TrainingPlanOptions options)
    {
        Graph = network.Clone();
        Outputs = [.. Graph.Outputs.Select(output => output.Name)];
        IEnumerable<(Value, TensorInfo)> Inputs() => Graph.Inputs.Select(input =>
            (input, batch.TryGetValue(input.Name, out var shape)
            ? new TensorInfo(input.Type, shape) : new TensorInfo(input.Type, input.Shape!.Fill((_, _) => 1))));
        var infos = ShapeInference.Infer(Graph, Inputs());
        Quantizers = new(Graph, infos, options.Quantizers, options.QuantizerReach);
        Quantizers.Apply();
        FindParameters(options);
        _trained.AddRange(Quantizers.Parameters);
        if (options.BatchStatistics) TrainNormalizations();
        _states.AddRange(Quantizers.States);
        foreach (var (name, (output, elements)) in options.States)
        {
            _states.Add((new(name, elements), Graph.Inputs.First(input => input.Name == name),
                Graph.Outputs.First(value => value.Name == output)));
        }

        infos = ShapeInference.Infer(Graph, Inputs());
        if (options.ChannelsLast)
        {
            TrainingLayout.Apply(Graph, infos, options.Threads);
            infos = ShapeInference.Infer(Graph, Inputs());
        }
        var terms = losses.Select(loss => AddTerm(loss, infos)).ToArray();
        Loss = Total(terms, losses);
        Targets = [.. terms.Select(term => term.Inputs[1]!.Name)];
        infos = ShapeInference.Infer(Graph, Inputs());
        AddGradients(infos);
        GraphCheck.Check(Graph);
    }

    public Graph Graph { get; }

    /// <summary>The names of the network's outputs.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The name of the input for what is given to each term of the loss.</summary>
    public IReadOnlyList<string> Targets { get; }

    public Value Loss { get; }

    public TrainedQuantizers Quantizers { get; }

    public IReadOnlyList<(TrainingParameter Parameter, Value Input)> Parameters => _trained;

    /// <summary>States, and the outputs that bring them up to date.</summary>
    public IReadOnlyList<(TrainingState State, Value Input, Value Updated)> States => _states;

    /// <summary>The gradient of each parameter, in their order; all of them are outputs of the graph. Null where the loss does not depend
    /// on the parameter.</summary>
    public IReadOnlyList<Value?> Gradients { get; private set; } = [];

    /// <summary>Makes every constant that an operator counts among what it learns an input; also behind quantizers.</summary>
    void FindParameters(TrainingPlanOptions options)
    {
        foreach (var node in Graph.Nodes.ToArray())
        {
            foreach (var index in node.Operator.TrainedInputs)
            {
                if (node.InputOrNull(index) is not { } value) continue;
                var grid = value.Producer is { } quantizer ? Quantizers.FindNow(quantizer.Name) : null;
                value = BehindQuantizers(value);
                if (value.Constant is { Type: DataType.Float32 } elements && !_parameters.ContainsKey(value) && !options.Frozen(value.Name))
                    AddParameter(value, elements, options.RatesInSteps ? StepsOf(node, index, elements) : null, grid);
            }
        }
        if (_trained.Count == 0)
            throw new TrainingException($"Graph '{Graph.Name}' has no float32 constants that could be trained: no weights, or all of them "
                + "frozen.");
    }

    static Value BehindQuantizers(Value value)
    {
        while (value.Producer is { Operator: FakeQuantize or LearnedFakeQuantize } quantizer) value = quantizer.Inputs[0]!;
        return value;
    }

    /// <summary>The step of each element: that of its quantizer, for a bias that of its layer's weights, else a step of eight bits. The
    /// weights of a sum of n products often move together, so that each has to move less the more there are: by the root of n.</summary>
    float[] StepsOf(Node node, int index, Tensor elements)
    {
        var steps = new float[elements.Length];
        var facts = node.Operator.Weights;
        var read = node.Inputs[facts is not null && facts.BiasInput == index ? facts.WeightInput : index]!;
        if (read.Producer is { } producer && Quantizers.Start.TryGetValue(producer.Name, out var quantizer))
        {
            var scales = quantizer.Scales;
            var layout = facts?.BiasInput == index ? new(1, elements.Length, 1) : ChannelLayout.Of(elements.Shape, quantizer.Axis);
            for (var i = 0; i < steps.Length; i++) steps[i] = scales[i / layout.Inner % layout.Channels % scales.Length];
        }
        else Array.Fill(steps, Math.Max(TensorPrimitives.MaxMagnitude<float>(elements.Floats) is var max ? Math.Abs(max) / 127 : 0, 1e-9f));
        if (facts is not null && facts.WeightInput == index)
            TensorPrimitives.Divide(steps,
                MathF.Sqrt(Math.Max(1, elements.Length / elements.Shape[elements.Shape.NormalizeAxis(facts.OutputChannelAxis)])), steps);
        return steps;
    }

    void AddParameter(Value constant, Tensor elements, float[]? units, Func<QuantizationParameters>? grid)
    {
        var parameter = new TrainingParameter(constant.Name, elements.Clone(), ParameterRole.Weight) { Units = units, Grid = grid };
        var input = ToInput(constant, elements);
        _parameters[input] = input;
        _trained.Add((parameter, input));
    }

    Value ToInput(Value constant, Tensor elements)
    {
        Graph.RemoveConstant(constant);
        var input = Graph.AddInput(constant.Name, elements.Type, SymbolicShape.From(elements.Shape));
        Graph.ReplaceUses(constant, input);
        return input;
    }

    /// <summary>Normalizations take the statistics of the batch, and their running statistics become states.</summary>
    void TrainNormalizations()
    {
        foreach (var node in Graph.Find<BatchNormalization>())
        {
            if (node.Inputs.Skip(3).Any(value => value!.Constant is not { Type: DataType.Float32 })) continue;
            var norm = (BatchNormalization)node.Operator;
            var running = node.Inputs.Skip(3)
                .Select(value => (value!.Name, Elements: value.Constant!, Input: ToInput(value, value.Constant!))).ToArray();
            var updated = running.Select(statistic => Graph.NewValue(Graph.UniqueName($"{statistic.Name}.updated"))).ToArray();
            var inputs = node.Inputs.ToArray();
            var output = node.Output;
            var heir = Graph.Add(
                new TrainingBatchNormalization(norm.Epsilon, node.Attributes.Float("momentum", fallback: 0.9f), UnbiasedVariance: true),
                inputs, [null, .. updated], name: node.Name, before: node);
            Graph.RemoveInFavourOf(node, heir);
            _states.AddRange(
                running.Zip(updated,
                    (statistic, value) => (new TrainingState(statistic.Name, statistic.Elements.Clone()), statistic.Input, value)));
        }
        foreach (var (_, _, updated) in _states) Graph.AddOutput(updated);
    }

    Node AddTerm(TrainingLoss loss, Dictionary<Value, TensorInfo> infos)
    {
        var output = loss.Output is { } name
            ? Graph.Outputs.FirstOrDefault(value => value.Name == name)
            ?? throw new TrainingException($"The loss is about output '{name}', but the model has {string.Join(", ", Outputs)}.")
            : Graph.Outputs[0];
        if (infos[output] is not { Type: DataType.Float32, Shape: { IsKnown: true } shape })
        {
            throw new TrainingException($"The loss is about output '{output.Name}', which is {infos[output]}; float32 of known shape is "
                + "needed.");
        }
        var target = Graph.AddInput(Graph.UniqueName($"{output.Name}.target"), loss.TargetType,
            SymbolicShape.From(loss.TargetShape(shape)));
        var term = Graph.NewValue(Graph.UniqueName($"{output.Name}.loss"));
        return Graph.Add(loss.Operator, [output, target], [term], name: term.Name, domain: FakeQuantize.DomainName);
    }

    Value Total(Node[] terms, IReadOnlyList<TrainingLoss> losses)
    {
        var weighted = terms.Zip(losses, (term, loss) => loss.Weight == 1 ? term.Output
            : Graph.Add("Mul", [term.Output, Graph.AddConstant(Graph.UniqueName("weight"), Tensor.Scalar((float)loss.Weight))],
                $"{term.Output.Name}.weighted")).ToArray();
        var total = weighted.Length == 1 ? weighted[0] : Graph.Add("Sum", weighted, "loss");
        Graph.AddOutput(total);
        return total;
    }

    void AddGradients(Dictionary<Value, TensorInfo> infos)
    {
        var one = Graph.AddConstant(Graph.UniqueName("loss.gradient"), Tensor.Scalar(1f));
        var inputs = _trained.Select(entry => entry.Input).ToArray();
        var gradients = Differentiation.Apply(Graph, infos, [(Loss, one)], inputs);
        Gradients = [.. inputs.Select(input => gradients.GetValueOrDefault(input))];
        foreach (var gradient in Gradients.OfType<Value>()) Graph.AddOutput(gradient);
    }
}
