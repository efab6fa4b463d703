using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>What a graph takes and gives: cut behind other values than the file says, and with shapes that the file leaves open.</summary>
public static class GraphBorder
{
    /// <summary>Lets the graph give the named values and no others; what only led to others, inputs included, goes.</summary>
    /// <param name="graph">Is changed in place.</param>
    /// <param name="names">Any values that nodes make, in the order in which they are to be given.</param>
    /// <exception cref="GraphException">There are no such values; the message lists all.</exception>
    public static void KeepOutputs(Graph graph, IReadOnlyList<string> names)
    {
        var made = graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().ToDictionary(value => value.Name);
        var unknown = names.Where(name => !made.ContainsKey(name))
            .Select(name => $"'{name}'{(Spelling.Closest(name, made.Keys) is { } closest ? $" (did you mean '{closest}'?)" : "")}").ToArray();
        if (unknown.Length > 0) throw new GraphException($"The graph '{graph.Name}' cannot be cut there: no node makes {string.Join(", ", unknown)}. 'octet inspect --nodes' shows names.");

        graph.SetOutputs(names.Distinct().Select(name => made[name]));
        new RemoveUnused().Apply(graph);
        graph.RemoveUnreadInputs();
    }

    /// <summary>Gives the inputs shapes, and everything behind them those that follow.</summary>
    /// <param name="graph">Is changed in place.</param>
    /// <param name="shapes">One for each input, in the graph's order.</param>
    /// <exception cref="GraphException">There are fewer or more shapes than inputs, or a node cannot take what follows from them.</exception>
    public static void SetInputShapes(Graph graph, IReadOnlyList<Shape> shapes)
    {
        if (shapes.Count != graph.Inputs.Count)
        {
            throw new GraphException($"{shapes.Count} shape(s) for {graph.Inputs.Count} input(s); the model takes {string.Join(", ", graph.Inputs)}.");
        }
        var wrong = graph.Inputs.Zip(shapes).Where(pair => pair.First.Shape is { } declared && declared.Rank != pair.Second.Rank).ToArray();
        if (wrong.Length > 0) throw new GraphException($"Shapes of another rank than the model's: {string.Join(", ", wrong.Select(pair => $"{pair.Second} for {pair.First}"))}.");

        // Complains where shapes do not fit, which Annotate does not.
        ShapeInference.Infer(graph, graph.Inputs.Zip(shapes).Select(pair => (pair.First, new TensorInfo(pair.First.Type, pair.Second))));
        foreach (var (input, shape) in graph.Inputs.Zip(shapes)) input.Shape = SymbolicShape.From(shape);
        foreach (var value in graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>()) value.Shape = null;
        ShapeInference.Annotate(graph);
    }
}
