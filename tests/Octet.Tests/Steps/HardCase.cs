using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Steps;

namespace Octet.Tests.Steps;

/// <summary>Makes of a network one with the same float function whose channels have very different ranges, as training without care for
/// integers leaves them.</summary>
static class HardCase
{
    /// <summary>How far channels are shrunk where they are made; those that read them multiply by as much.</summary>
    static readonly float[] Factors = [1, 48, 6];

    /// <param name="graph">A prepared graph; changed in place.</param>
    /// <param name="samples">Say which channels may be scaled without an activation's bound being noticed.</param>
    public static void MakeUnequal(Graph graph, ISampleSource samples) =>
        Equalization.Rescale(graph, MaximaOf(graph, samples), (_, _, channel) => Factors[channel % Factors.Length], sweeps: 1)
        .ShouldBeGreaterThan(10);

    /// <summary>Measures what equalization has to know.</summary>
    public static Func<Value, float[]> MaximaOf(Graph graph, ISampleSource samples)
    {
        var values = Equalization.BoundedValues(graph);
        if (values.Count == 0) return _ => [];
        var measured = Calibrator.Measure([new(graph, values, _ => new ChannelExtremesObserver(), ByChannel: true)], samples)[0];
        return value => [.. ((ChannelExtremesObserver)measured.Observers[value]).Ranges.Select(range => range.High)];
    }
}
