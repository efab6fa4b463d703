using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Kernels;
using Octet.Numerics;
using Octet.Planning;
using Octet.Running;

namespace Octet.Checking;

/// <summary>The first test that TI recommends for a model that lost its accuracy: the same integers with 16 bits and with 8.</summary>
/// <remarks>
/// Ranges hold all that was measured and biases stay in floats, so that nothing but rounding differs from the float model. If 16 bits are
/// bad all the same, look elsewhere: at the preprocessing, an operator, the export. Where 8 are bad, each half of them alone tells which it
/// is. Source: TI's TIDL documentation, on accuracy.
/// </remarks>
static class WidthTest
{
    /// <param name="model">What is checked; measured already.</param>
    /// <param name="samples">What to compare outputs on.</param>
    /// <param name="labelled">Samples to measure accuracy on; null leaves that out.</param>
    /// <param name="options">Threads and progress.</param>
    /// <param name="cancel">Ends the run between samples.</param>
    public static WidthReport Run(CheckedModel model, ISampleSource samples, (ISampleSource Samples, Metric Metric)? labelled,
        SampleRunOptions options, CancellationToken cancel)
    {
        var comparison = new OutputComparison(model.Graph, samples, options, cancel: cancel);
        var (at16, at8) = (Simulate(model, 16, 16), Simulate(model, 8, 8));
        return new()
        {
            Sqnr16Db = Sqnr(at16, "run 16 bits"),
            Sqnr8Db = Sqnr(at8, "run 8 bits"),
            SqnrWeights8Db = Sqnr(Simulate(model, weightBits: 8, valueBits: 16), "run 8-bit weights"),
            SqnrValues8Db = Sqnr(Simulate(model, weightBits: 16, valueBits: 8), "run 8-bit values"),
            FloatAccuracy = Judge(model.Graph, "evaluate the float model"),
            Accuracy16 = Judge(at16, "evaluate 16 bits"),
            Accuracy8 = Judge(at8, "evaluate 8 bits"),
        };

        double Sqnr(Graph graph, string step) =>
            comparison.Compare(graph, step).Select(output => output.SqnrDb).DefaultIfEmpty(double.PositiveInfinity).Min();
        Accuracy? Judge(Graph graph, string step) =>
            labelled?.Metric.Evaluate(options.Open(graph), labelled.Value.Samples, options, step, cancel);
    }

    static Graph Simulate(CheckedModel model, int weightBits, int valueBits) =>
        new QuantizedModel(model.Model, model.Plan(weightBits, valueBits), group => RangeOf(model, group)).Simulate();

    static ValueRange RangeOf(CheckedModel model, ValueGroup group)
    {
        var range = group.Measured.Select(
            value => value.Constant is { } constant ? MinMax.Of(constant.Floats) : model.Measured![value]?.Range ?? ValueRange.Nothing)
            .Aggregate((all, next) => all.Union(next));
        return range.IsNothing ? default : range;
    }
}
