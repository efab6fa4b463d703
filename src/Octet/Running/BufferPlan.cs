using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>Gives each value a buffer for as long as somebody still has to read it, and then gives the buffer to another.</summary>
/// <remarks>Best fit, in the order of the run: of the free buffers that are large enough the smallest, else the largest free one grows.</remarks>
sealed class BufferPlan
{
    readonly List<long> _bytes = [];
    readonly List<int> _free = [];

    public BufferPlan(Graph graph, IReadOnlyList<Node> running, IReadOnlyDictionary<Value, TensorInfo> infos)
    {
        var lastReader = LastReaders(graph, running);
        for (var step = 0; step < running.Count; step++)
        {
            var made = running[step].Outputs.OfType<Value>().Where(output => infos.TryGetValue(output, out var info) && info.Shape.IsKnown).ToArray();
            foreach (var value in made)
            {
                var info = infos[value];
                if (info.Type == DataType.String) continue;
                PlaceOf[value] = new(Take((long)info.Shape.Length * info.Type.Size), info.Type, info.Shape);
            }
            foreach (var value in running[step].Inputs.Concat(running[step].Captures).OfType<Value>().Distinct().Concat(made))
            {
                if (PlaceOf.TryGetValue(value, out var place) && lastReader.GetValueOrDefault(value, step) == step) _free.Add(place.Buffer);
            }
        }
    }

    public Dictionary<Value, Place> PlaceOf { get; } = [];

    public IReadOnlyList<long> BufferBytes => _bytes;

    /// <summary>The step after which nobody reads a value any more; outputs of the graph are read to the end.</summary>
    static Dictionary<Value, int> LastReaders(Graph graph, IReadOnlyList<Node> running)
    {
        var last = new Dictionary<Value, int>();
        for (var step = 0; step < running.Count; step++)
        {
            foreach (var value in running[step].Inputs.Concat(running[step].Captures).OfType<Value>()) last[value] = step;
        }
        foreach (var output in graph.Outputs) last[output] = int.MaxValue;
        return last;
    }

    int Take(long bytes)
    {
        var best = _free.Where(buffer => _bytes[buffer] >= bytes).DefaultIfEmpty(-1).MinBy(buffer => buffer < 0 ? long.MaxValue : _bytes[buffer]);
        if (best < 0 && _free.Count > 0) best = _free.MaxBy(buffer => _bytes[buffer]);
        if (best < 0)
        {
            _bytes.Add(bytes);
            return _bytes.Count - 1;
        }
        _free.Remove(best);
        _bytes[best] = Math.Max(_bytes[best], bytes);
        return best;
    }
}
