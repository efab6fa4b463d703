using Octet.Graphs;

namespace Octet.Passes;

/// <summary>Runs passes in order and checks after each that the graph is consistent.</summary>
public sealed class PassPipeline(params IReadOnlyList<IGraphPass> passes)
{
    readonly IReadOnlyList<IGraphPass> _passes = passes ?? throw new ArgumentNullException(nameof(passes));

    /// <summary>What every model goes through before it is calibrated: constants and what follows from shapes folded, normalizations and
    /// additions folded into layers, no operator left that does nothing.</summary>
    public static PassPipeline Prepare { get; } =
        new(
            new DropUnreadOutputs(), new Unfuse(), new UnpackWeights(), new WidenFloats(), new FoldConstants(), new FoldShapes(),
            new RemoveIdentity(), new InferShapes(), new MatrixWeights(), new PlainGemm(), new DivisionToProduct(), new FoldBias(),
            new FoldBatchNormalization(), new RemoveUnused());

    /// <summary>Changes the graph in place, then infers its shapes anew.</summary>
    /// <param name="graph">What is changed.</param>
    /// <param name="cancel">Ends the work between passes.</param>
    /// <returns>How many places each pass changed, in the order they ran.</returns>
    /// <exception cref="GraphException">Constants that were computed show that the model cannot run.</exception>
    /// <exception cref="InvalidOperationException">A pass left an inconsistent graph: a bug.</exception>
    public IReadOnlyList<(string Pass, int Changes)> Apply(Graph graph, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var report = new List<(string, int)>();
        NameFirstOutputs(graph);
        foreach (var pass in _passes)
        {
            cancel.ThrowIfCancellationRequested();
            report.Add((pass.Name, pass.Apply(graph)));
            try
            {
                GraphCheck.CheckStructure(graph);
            }
            catch (GraphException problems)
            {
                throw new InvalidOperationException($"Pass {pass.Name} broke the graph. {problems.Message}", problems);
            }
            GraphCheck.CheckConstants(graph);
        }
        cancel.ThrowIfCancellationRequested();
        ShapeInference.Annotate(graph);
        return report;
    }

    /// <summary>Nothing reads a first output that is left out, but with a name callers can ask a node for it.</summary>
    static void NameFirstOutputs(Graph graph)
    {
        foreach (var node in graph.Nodes.Where(node => node.Outputs[0] is null))
            node.SetOutput(0, graph.NewValue(graph.UniqueName($"{node.Label}.unused")));
    }
}
