using Octet.Data;
using Octet.Graphs;
using Octet.Steps;

namespace Octet.Tests.Steps;

/// <summary>Makes of a network one with the same float function whose channels have very different ranges, as training without care for integers leaves them.</summary>
static class HardCase
{
    /// <summary>How far channels are shrunk where they are made; those that read them multiply by as much.</summary>
    static readonly float[] Factors = [1, 48, 6];

    /// <param name="graph">A prepared graph; changed in place.</param>
    /// <param name="samples">Say which channels may be scaled without an activation's bound being noticed.</param>
    public static void MakeUnequal(Graph graph, ISampleSource samples) =>
        Equalization.Rescale(graph, samples, (_, _, channel) => Factors[channel % Factors.Length], sweeps: 1, new()).ShouldBeGreaterThan(10);
}
