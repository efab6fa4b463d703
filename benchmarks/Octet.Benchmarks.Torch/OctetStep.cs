using Octet.Graphs;
using Octet.Tensors;
using Octet.Training;

namespace Octet.Benchmarks.Torch;

/// <summary>The same step of Octet.</summary>
sealed class OctetStep : IDisposable
{
    readonly TrainingPlan _plan;
    readonly OptimizerState _optimizer;

    public OctetStep(Graph graph, float[] pictures, long[] classes, Shape shape, int threads, QuantizerTraining quantizers)
    {
        _plan = new(graph, new Dictionary<string, Shape> { [graph.Inputs[0].Name] = shape }, [new ClassLoss()],
            new() { BatchStatistics = false, Threads = threads, Quantizers = quantizers });
        _optimizer = new(new SgdOptimizer(Momentum: 0.9), _plan.Parameters);
        pictures.CopyTo(_plan.GetInput(graph.Inputs[0].Name).Floats);
        classes.CopyTo(_plan.GetTarget(0).Longs);
    }

    /// <summary>What is trained, with the gradients of the last step.</summary>
    public IReadOnlyList<TrainingParameter> Parameters => _plan.Parameters;

    public float Run()
    {
        var loss = _plan.Step();
        _optimizer.Step(1e-6, 1e-6);
        return loss;
    }

    public void Dispose() => _plan.Dispose();
}
