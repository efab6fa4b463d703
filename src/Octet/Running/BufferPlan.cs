using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>Gives each value a buffer until its last reader has run, and then gives the buffer to another.</summary>
/// <remarks>
/// Best fit, in the order of the run: of the free buffers that are large enough the smallest, else the largest free one grows.
/// What a <see cref="Reshaping"/> makes lies where its input lies, so that nothing has to be copied.
/// </remarks>
sealed class BufferPlan
{
    readonly List<long> _bytes = [];
    long _live;
    long _maxLive;
    readonly SortedSet<(long Bytes, int Buffer)> _free = [];
    readonly Dictionary<Value, Value> _owners = [];

    readonly bool _sharesMemory;

    /// <param name="graph">What runs.</param>
    /// <param name="running">Its nodes that run, in their order.</param>
    /// <param name="infos">What is known of its values.</param>
    /// <param name="sharesMemory">Whether reshaped values may lie where their originals lie; not where values are changed.</param>
    public BufferPlan(Graph graph, IReadOnlyList<Node> running, IReadOnlyDictionary<Value, TensorInfo> infos, bool sharesMemory = true)
    {
        _sharesMemory = sharesMemory;
        LastReader = LastReaders(graph, running);
        for (var step = 0; step < running.Count; step++)
        {
            var made = running[step].Outputs.OfType<Value>().Where(output => infos.TryGetValue(output, out var info) && info.Shape.IsKnown)
                .ToArray();
            foreach (var value in made)
            {
                var info = infos[value];
                if (info.Type == DataType.String) continue;
                if (Reshaped(running[step]) is { } source && PlaceOf.TryGetValue(source, out var shared))
                {
                    _owners[value] = OwnerOf(source);
                    PlaceOf[value] = new(shared.Buffer, info.Type, info.Shape);
                }
                else PlaceOf[value] = new(Take(Bytes(info.Type, info.Shape)), info.Type, info.Shape);
            }
            foreach (var value in running[step].Inputs.Concat(running[step].Captures).OfType<Value>().Concat(made).Select(OwnerOf)
                .Distinct())
            {
                if (!PlaceOf.TryGetValue(value, out var place) || LastReader.GetValueOrDefault(value, step) != step) continue;
                _free.Add((_bytes[place.Buffer], place.Buffer));
                _live -= Bytes(place.Type, place.Shape);
            }
        }
    }

    public Dictionary<Value, Place> PlaceOf { get; } = [];

    public IReadOnlyList<long> BufferBytes => _bytes;

    /// <summary>The last step that reads a value, or what shares its memory; outputs of the graph are read to the
    /// end.</summary>
    public IReadOnlyDictionary<Value, int> LastReader { get; }

    /// <summary>What the values of one run take when most of them are there at once, as far as the graph tells their shapes; extents that
    /// are open count as 1.</summary>
    public static long BytesOf(Graph graph)
    {
        var infos = graph.Values.Where(value => value is { Shape: not null, Type: not DataType.Undefined })
            .ToDictionary(value => value, value => new TensorInfo(value.Type, value.Shape!.Fill((_, dimension) => dimension.Extent ?? 1)));
        return new BufferPlan(graph, graph.Nodes, infos, sharesMemory: false)._maxLive;
    }

    Dictionary<Value, int> LastReaders(Graph graph, IReadOnlyList<Node> running)
    {
        var last = new Dictionary<Value, int>();
        for (var step = 0; step < running.Count; step++)
        {
            foreach (var value in running[step].Inputs.Concat(running[step].Captures).OfType<Value>()) last[value] = step;
        }
        foreach (var output in graph.Outputs) last[output] = int.MaxValue;
        foreach (var node in running.Reverse())
        {
            if (Reshaped(node) is { } source && last.TryGetValue(node.Output, out var end)) last[source] = Math.Max(last[source], end);
        }
        return last;
    }

    /// <summary>The value whose elements a node only gives another shape, or null.</summary>
    Value? Reshaped(Node node) => _sharesMemory && node.Operator is Reshaping ? node.Inputs[0] : null;

    /// <summary>The value that was the first to lie where this one lies.</summary>
    Value OwnerOf(Value value) => _owners.GetValueOrDefault(value, value);

    static long Bytes(DataType type, Shape shape) => (long)shape.Length * type.Size;

    int Take(long bytes)
    {
        _maxLive = Math.Max(_maxLive, _live += bytes);
        if (_free.Count == 0)
        {
            _bytes.Add(bytes);
            return _bytes.Count - 1;
        }
        var best = _free.GetViewBetween((bytes, -1), (long.MaxValue, int.MaxValue)).Append(_free.Max).First();
        _free.Remove(best);
        _bytes[best.Buffer] = Math.Max(best.Bytes, bytes);
        return best.Buffer;
    }
}
