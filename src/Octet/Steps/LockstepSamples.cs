using Octet.Graphs;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Steps;

/// <summary>The samples that pass through a graph side by side.</summary>
static class LockstepSamples
{
    /// <summary>As many of the first samples as fit the memory.</summary>
    /// <param name="context">Has the samples, and a limit of memory of its own.</param>
    /// <param name="graph">What they pass through.</param>
    /// <param name="runs">How many runs of the graph there are for each sample.</param>
    /// <param name="maxBytes">What the values of all samples may take.</param>
    /// <param name="max">The greatest number of samples.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, Tensor>> Keep(
        StepContext context, Graph graph, int runs, long maxBytes, int max)
    {
        var bytes = Math.Min(maxBytes, context.Run.SessionOptions.MaxBytes);
        return context.Keep((int)Math.Clamp(bytes / Math.Max(1, runs * BufferPlan.BytesOf(graph)), 1, max));
    }
}
