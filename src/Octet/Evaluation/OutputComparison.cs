using Octet.Data;
using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>The outputs of a float model on some samples, kept so that many models made from it can be compared with it.</summary>
sealed class OutputComparison
{
    readonly ISampleSource _samples;
    readonly SampleRunOptions _options;
    readonly CancellationToken _cancel;
    readonly Tensor[]?[] _references;

    /// <param name="reference">The float graph.</param>
    /// <param name="samples">What to run.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends runs between samples.</param>
    public OutputComparison(Graph reference, ISampleSource samples, SampleRunOptions? options = null, CancellationToken cancel = default)
    {
        (_samples, _options, _cancel) = (samples, options ?? new(), cancel);
        _references = Run(reference, "run the float model");
    }

    /// <summary>How far each float output is from the float model's, over all samples, in the order of the outputs.</summary>
    /// <param name="other">A graph with the same inputs and outputs.</param>
    /// <param name="step">What progress calls it.</param>
    public IReadOnlyList<SignalComparison> Compare(Graph other, string step = "compare")
    {
        var outputs = Run(other, step);
        var sums = new List<SignalComparison>();
        for (var output = 0; output < other.Outputs.Count; output++)
        {
            if (other.Outputs[output].Type != DataType.Float32) continue;
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

    Tensor[]?[] Run(Graph graph, string step)
    {
        var runner = _options.Open(graph);
        var outputs = new Tensor[]?[_samples.Count];
        SampleRun.ForEach(_samples, step, _options, (_, index, sample) =>
            runner.Run(sample.Inputs, made => outputs[index] = [.. made.Select(tensor => tensor.Clone())]), _cancel);
        return outputs;
    }
}
