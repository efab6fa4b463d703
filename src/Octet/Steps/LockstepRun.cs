using System.Runtime.ExceptionServices;
using Octet.Graphs;
using Octet.Operators;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>
/// Runs several samples side by side through a graph, node by node: every sample has passed a node before the next one begins, so that what
/// all of them say of a layer can change it before anybody reads its output.
/// </summary>
/// <remarks>
/// Operators run as the graph has them. Values are kept as long as somebody reads them; then their memory is used again.
/// What is made of one sample does not depend on the number of threads.
/// </remarks>
/// <param name="graph">What to run; all of its operators must be known.</param>
/// <param name="threads">How many samples are computed at once.</param>
sealed class LockstepRun(Graph graph, int threads)
{
    readonly Dictionary<Value, int> _waitingReaders = [];
    readonly Dictionary<Value, Tensor[]> _values = [];
    readonly Dictionary<Value, Tensor> _replaced = [];
    readonly TensorPool _pool = new();

    /// <summary>The first node that only a session can run; null where there is none.</summary>
    public static Node? NodeThatCannotRun(Graph graph) => graph.Nodes.FirstOrDefault(node => node.Subgraphs().Any());

    /// <exception cref="PlanException">The graph has nodes that only a session can run.</exception>
    public static void ThrowIfItCannotRun(Graph graph)
    {
        if (graph.Nodes.Where(node => node.Subgraphs().Any()).ToArray() is { Length: > 0 } nodes) throw PlanException.GoesNodeByNode(nodes);
    }

    /// <summary>What the values of one sample take when most of them are there at once; extents that are not known count as 1.</summary>
    public static long BytesOfSample(Graph graph)
    {
        var waiting = graph.Values.ToDictionary(value => value, value => value.Consumers.Count + (value.IsGraphOutput ? 1 : 0));
        var (now, max) = (graph.Inputs.Sum(Bytes), 0L);
        foreach (var node in graph.Nodes)
        {
            now += node.Outputs.OfType<Value>().Sum(Bytes);
            max = Math.Max(max, now);
            foreach (var input in node.Inputs.OfType<Value>().Where(input => input.Constant is null && --waiting[input] == 0))
                now -= Bytes(input);
        }
        return max;

        static long Bytes(Value value) =>
            value.Constant is not null || value.Shape is null
            ? 0 : sizeof(float) * value.Shape.Dimensions.Aggregate(1L, (product, dimension) => product * (dimension.Extent ?? 1));
    }

    /// <summary>How many samples run.</summary>
    public int Samples { get; private set; }

    /// <summary>The tensors of a value, one a sample; there from when it is made until its last reader has run.</summary>
    public IReadOnlyList<Tensor> this[Value value] => _values[value];

    /// <summary>Runs the samples.</summary>
    /// <param name="samples">The graph's inputs by name, of each sample.</param>
    /// <param name="seeInput">Called once for each input of the graph; may change its tensors, which are copies.</param>
    /// <param name="runNode">Called for each node in order; has to make its outputs, as <see cref="RunNode"/> does, and may change
    /// them.</param>
    /// <returns>The outputs by name, of each sample, in tensors of their own.</returns>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Run(
        IReadOnlyList<IReadOnlyDictionary<string, Tensor>> samples, Action<Value> seeInput, Action<Node> runNode)
    {
        Begin(samples, seeInput);
        foreach (var node in graph.Nodes)
        {
            runNode(node);
            EndNode(node);
        }
        return End();
    }

    /// <summary>Lets the inputs have their tensors, for those who go from node to node themselves.</summary>
    /// <param name="samples">As for <see cref="Run"/>.</param>
    /// <param name="seeInput">As for <see cref="Run"/>.</param>
    public void Begin(IReadOnlyList<IReadOnlyDictionary<string, Tensor>> samples, Action<Value> seeInput)
    {
        Samples = samples.Count;
        foreach (var value in graph.Values) _waitingReaders[value] = value.Consumers.Count + (value.IsGraphOutput ? 1 : 0);
        foreach (var input in graph.Inputs)
        {
            Set(input, index =>
            {
                var copy = Rent(samples[index][input.Name].Type, samples[index][input.Name].Shape);
                samples[index][input.Name].CopyTo(copy);
                return copy;
            });
            seeInput(input);
        }
    }

    /// <summary>Lets all nodes read other elements where the graph has a constant.</summary>
    public void Replace(Value constant, Tensor elements) => _replaced[constant] = elements;

    /// <summary>Takes back the memory of values that nobody will read after this node.</summary>
    public void EndNode(Node node)
    {
        foreach (var input in node.Inputs.Concat(node.Captures).OfType<Value>())
        {
            if (--_waitingReaders[input] == 0) Release(input);
        }
        foreach (var output in node.Outputs.OfType<Value>().Where(output => _waitingReaders[output] == 0)) Release(output);
    }

    /// <summary>Takes the outputs, and back all other memory.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, Tensor>> End()
    {
        var results = Enumerable.Range(0, Samples).Select(index => (IReadOnlyDictionary<string, Tensor>)graph.Outputs.ToDictionary(
            output => output.Name, output => (output.Constant ?? _values[output][index]).Clone())).ToArray();
        foreach (var value in _values.Keys.ToArray()) Release(value);
        return results;
    }

    /// <summary>Runs a node as it is, or with other weights.</summary>
    public void RunNode(Node node, Tensor? weights = null)
    {
        var results = new Tensor[Samples][];
        var weightInput = weights is null ? -1 : node.Operator.Weights!.WeightInput;
        ForEachSample(
            index => results[index] =
                Compute(node, node.Operator, index, (input, value) => input == weightInput ? weights : Operand(value, index)));
        foreach (var (output, value) in node.Outputs.Index())
        {
            if (value is not null) _values[value] = [.. results.Select(result => result[output])];
        }
    }

    /// <summary>Makes the first output of a node with other constants than the graph holds.</summary>
    /// <param name="node">A layer.</param>
    /// <param name="weights">In the place of its weights.</param>
    /// <remarks>No bias is added.</remarks>
    public Tensor[] Multiply(Node node, Tensor weights)
    {
        var results = new Tensor[Samples];
        var facts = node.Operator.Weights!;
        ForEachSample(index => results[index] = Compute(node, node.Operator, index, (input, value) =>
            input == facts.WeightInput ? weights : input == facts.BiasInput ? null : Operand(value, index))[0]);
        return results;
    }

    /// <summary>Makes the first output of a node by an operator that reads what the node reads.</summary>
    public Tensor[] Compute(Node node, Operator op)
    {
        var results = new Tensor[Samples];
        ForEachSample(index => results[index] = Compute(node, op, index, (_, value) => Operand(value, index))[0]);
        return results;
    }

    /// <summary>Lets a value have these tensors.</summary>
    public void Set(Value value, Func<int, Tensor> tensorOf)
    {
        var tensors = new Tensor[Samples];
        ForEachSample(index => tensors[index] = tensorOf(index));
        _values[value] = tensors;
    }

    /// <summary>Gives memory back that <see cref="Multiply"/> or <see cref="Rent"/> took.</summary>
    public void Release(IEnumerable<Tensor> tensors)
    {
        foreach (var tensor in tensors) _pool.Return(tensor);
    }

    /// <summary>Calls <paramref name="work"/> with the index of each sample, on several threads.</summary>
    public void ForEachSample(Action<int> work) => ForEach(Samples, threads, work);

    /// <summary>Calls <paramref name="work"/> with each number below <paramref name="count"/>, on several threads.</summary>
    public static void ForEach(int count, int threads, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, new() { MaxDegreeOfParallelism = threads }, work);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    Tensor[] Compute(Node node, Operator op, int index, Func<int, Value?, Tensor?> operandOf)
    {
        var inputs = new Tensor[node.Inputs.Count];
        for (var input = 0; input < inputs.Length; input++) inputs[input] = operandOf(input, node.Inputs[input])!;
        try
        {
            var infos = op.InferChecked([.. inputs.Select(input => input is null ? null! : TensorInfo.Of(input))]);
            if (infos.Length < node.Outputs.Count)
                throw new OperatorException($"the node has {node.Outputs.Count} outputs, but {node.OpType} gives {infos.Length}");
            var outputs = new Tensor[node.Outputs.Count];
            for (var output = 0; output < outputs.Length; output++)
            {
                if (node.Outputs[output] is not null) outputs[output] = Rent(infos[output].Type, infos[output].Shape);
            }
            ReducedPrecision.Run(op, inputs, outputs);
            return outputs;
        }
        catch (OctetException problem) when (problem is not NodeException)
        {
            throw NodeException.During(node, inputs.Select(input => input is null ? null : TensorInfo.Of(input)), problem);
        }
    }

    Tensor? Operand(Value? value, int index) =>
        value is null ? null : _replaced.GetValueOrDefault(value) ?? value.Constant ?? _values[value][index];

    /// <summary>A tensor whose elements are undefined.</summary>
    public Tensor Rent(DataType type, Shape shape) => _pool.Rent(type, shape);

    void Release(Value value)
    {
        if (_values.Remove(value, out var tensors)) Release(tensors);
    }
}
