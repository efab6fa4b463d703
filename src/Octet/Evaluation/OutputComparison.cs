using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>The outputs of a float model on some samples, kept so that many models made from it can be compared with it.</summary>
sealed class OutputComparison
{
    readonly ISampleSource _samples;
    readonly SampleRunOptions _options;
    readonly CancellationToken _cancel;
    readonly IReadOnlyList<OutputParts> _parts;
    readonly Tensor[]?[] _references;

    /// <param name="reference">The float graph.</param>
    /// <param name="samples">What to run.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="parts">Outputs that join unlike quantities: each part is compared by itself, against its own power, in place of the
    /// output.</param>
    /// <param name="cancel">Ends runs between samples.</param>
    public OutputComparison(Graph reference, ISampleSource samples, SampleRunOptions? options = null,
        IReadOnlyList<OutputParts>? parts = null, CancellationToken cancel = default)
    {
        (_samples, _options, _cancel) = (samples, options ?? new(), cancel);
        _parts = [.. (parts ?? []).Where(joined => joined.Parts.All(part => PartOf(reference, part) is not null))];
        _references = Run(WithParts(reference), "run the float model");
    }

    /// <summary>How far each float output is from the float model's, over all samples, in the order of the outputs.</summary>
    /// <param name="other">A graph with the same inputs and outputs.</param>
    /// <param name="step">What progress calls it.</param>
    public IReadOnlyList<SignalComparison> Compare(Graph other, string step = "compare")
    {
        var whole = other;
        other = WithParts(other);
        var replaced = whole == other ? [] : _parts.Select(joined => joined.Output).ToHashSet();
        var outputs = Run(other, step);
        var sums = new List<SignalComparison>();
        for (var output = 0; output < other.Outputs.Count; output++)
        {
            if (other.Outputs[output].Type != DataType.Float32
                    || (output < whole.Outputs.Count && replaced.Contains(other.Outputs[output].Name)))
                continue;
            var sum = default(SignalComparison);
            for (var sample = 0; sample < outputs.Length; sample++)
            {
                // What has another size for a sample, as the number of boxes may, cannot be held against the float model's.
                if (outputs[sample] is { } made && _references[sample] is { } reference && reference[output].Shape == made[output].Shape)
                    sum += SignalComparison.Of(reference[output].Floats, made[output].Floats);
            }
            sums.Add(sum);
        }
        return sums;
    }

    /// <summary>The graph with the parts as further outputs; the graph itself where it lacks one.</summary>
    Graph WithParts(Graph graph)
    {
        var names = _parts.SelectMany(joined => joined.Parts).Distinct().ToArray();
        if (names.Length == 0 || names.Any(name => PartOf(graph, name) is null)) return graph;
        var copy = graph.Clone();
        foreach (var name in names) copy.AddOutput(PartOf(copy, name)!);
        return copy;
    }

    /// <summary>The value as the next node reads it: behind its rounding, where there is one. Null where no node makes such a
    /// value.</summary>
    static Value? PartOf(Graph graph, string name) =>
        graph.Values.FirstOrDefault(value => value.Name == name && value.Producer is not null) switch
        {
            { Consumers: [{ Operator: FakeQuantize } only] } => only.Output,
            { IsGraphOutput: true } => null,
            var value => value,
        };

    Tensor[]?[] Run(Graph graph, string step) => SampleRun.Outputs(graph, _samples, step, _options, _cancel);
}
