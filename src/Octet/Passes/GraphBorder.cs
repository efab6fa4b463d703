using System.Globalization;
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
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(names);
        var made = graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().ToDictionary(value => value.Name);
        var unknown = names.Where(name => !made.ContainsKey(name))
            .Select(name => $"'{name}'{(Spelling.FindClosest(name, made.Keys) is { } closest ? $" (did you mean '{closest}'?)" : "")}")
            .ToArray();
        if (unknown.Length > 0)
            throw new GraphException($"The graph '{graph.Name}' cannot be cut there: no node makes {string.Join(", ", unknown)}.")
            { Change = WhatToChange.Names };

        graph.SetOutputs(names.Distinct().Select(name => made[name]));
        new RemoveUnused().Apply(graph);
        graph.RemoveUnreadInputs();
    }

    /// <summary>
    /// Lets inputs be one number each for good: the sample rate of a network that knows two, the flag that chooses between branches. They
    /// are no inputs any more; folding does the rest.
    /// </summary>
    /// <param name="graph">Is changed in place.</param>
    /// <param name="numbers">By the name of an input with elements of a number type or bool, and a shape that is known; all of its elements
    /// become the number.</param>
    /// <exception cref="GraphException">There are no such inputs, or the number does not fit their type; the message lists all.</exception>
    public static void FixInputs(Graph graph, IReadOnlyDictionary<string, double> numbers)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(numbers);
        var inputs = graph.Inputs.ToDictionary(input => input.Name);
        var unknown = numbers.Keys.Where(name => !inputs.ContainsKey(name))
            .Select(name =>
                $"'{name}' is no input{(Spelling.FindClosest(name, inputs.Keys) is { } closest ? $" (did you mean '{closest}'?)" : "")}");
        var fixedInputs = numbers.Where(entry => inputs.ContainsKey(entry.Key))
            .Select(entry => (Input: inputs[entry.Key], Elements: Filled(inputs[entry.Key], entry.Value), entry.Value)).ToArray();
        var unfit = fixedInputs.Where(entry => entry.Elements is null)
            .Select(entry =>
                string.Create(CultureInfo.InvariantCulture,
                    $"{entry.Input} cannot be {entry.Value}: it takes a shape that is known, and a number of its type"));
        string[] problems = [.. unknown, .. unfit];
        if (problems.Length > 0)
            throw new GraphException($"Inputs of the graph '{graph.Name}' cannot be fixed so: {string.Join("; ", problems)}.");

        foreach (var (input, elements, _) in fixedInputs) graph.FixInput(input, elements!);
    }

    /// <summary>A tensor of the input's type and shape that holds one number; null where there is none.</summary>
    static Tensor? Filled(Value input, double number)
    {
        if (input.Shape is not { IsKnown: true } shape) return null;
        var elements = new Tensor(input.Type, shape.Fill((_, _) => 1));
        switch (input.Type)
        {
            case DataType.Float32: elements.Floats.Fill((float)number); return elements;
            case DataType.Int64 when number == Math.Round(number) && Math.Abs(number) < 1L << 53:
                elements.Longs.Fill((long)number); return elements;
            case DataType.Int32 when number == Math.Round(number) && Math.Abs(number) <= int.MaxValue:
                elements.AsSpan<int>().Fill((int)number); return elements;
            case DataType.Bool when number is 0 or 1: elements.AsSpan<bool>().Fill(number == 1); return elements;
            default: return null;
        }
    }

    /// <summary>Gives the inputs shapes, and everything behind them those that follow.</summary>
    /// <param name="graph">Is changed in place.</param>
    /// <param name="shapes">One for each input, in the graph's order.</param>
    /// <exception cref="GraphException">There are fewer or more shapes than inputs, or a node cannot take what follows from
    /// them.</exception>
    public static void SetInputShapes(Graph graph, IReadOnlyList<Shape> shapes)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(shapes);
        if (shapes.Count != graph.Inputs.Count)
        {
            throw new GraphException($"{shapes.Count} shape(s) for {graph.Inputs.Count} input(s); the model "
                + $"takes {string.Join(", ", graph.Inputs)}.");
        }
        var wrong = graph.Inputs.Zip(shapes).Where(pair => pair.First.Shape is { } declared && declared.Rank != pair.Second.Rank).ToArray();
        if (wrong.Length > 0)
            throw new GraphException($"Shapes of another rank than the "
                + $"model's: {string.Join(", ", wrong.Select(pair => $"{pair.Second} for {pair.First}"))}.");

        // Complains where shapes do not fit, which Annotate does not.
        ShapeInference.Infer(graph, graph.Inputs.Zip(shapes).Select(pair => (pair.First, new TensorInfo(pair.First.Type, pair.Second))));
        foreach (var (input, shape) in graph.Inputs.Zip(shapes)) input.Shape = SymbolicShape.From(shape);
        foreach (var value in graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>()) value.Shape = null;
        ShapeInference.Annotate(graph);
    }
}
