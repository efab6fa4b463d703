using Octet.Onnx;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>How one test of the operator suite ended.</summary>
/// <param name="Case">The test.</param>
/// <param name="Reason">Why it did not pass; null if it did.</param>
/// <param name="Bug">The exception where it is none that a person could do something about.</param>
sealed record OnnxOutcome(OnnxCase Case, string? Reason = null, Exception? Bug = null)
{
    public bool Passed => Reason is null;
}

/// <summary>Runs the ONNX operator suite on Octet's engine.</summary>
static class OnnxSuite
{
    /// <summary>A test that computes longer than this is taken to hang; most need less than a thousandth of it.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static readonly Lazy<IReadOnlyList<OnnxOutcome>> AllOutcomes = new(() => [.. OnnxCase.All.AsParallel().AsOrdered().Select(Run)]);

    /// <summary>Every test, run once for all that ask.</summary>
    public static IReadOnlyList<OnnxOutcome> Outcomes => AllOutcomes.Value;

    public static OnnxOutcome Run(OnnxCase test)
    {
        try
        {
            var running = Task.Run(() => Difference(test));
            return running.Wait(Patience) ? new(test, running.Result) : new(test, $"no result within {Patience.TotalSeconds} s");
        }
        catch (AggregateException failure) when (failure.InnerException is { } cause)
        {
            return cause switch
            {
                UnsupportedOperatorsException missing => new(test, $"not supported: {string.Join(", ", missing.OpTypes)}"),
                OctetException => new(test, cause.Message),
                _ => new(test, $"error in Octet: {cause}", cause),
            };
        }
    }

    /// <summary>Null if the outputs are the expected ones.</summary>
    static string? Difference(OnnxCase test)
    {
        var session = new Session(OnnxReader.Read(test.ModelPath).Graph);
        var (inputs, expected) = test.ReadData();
        if (test.Name.StartsWith("light_", StringComparison.Ordinal)) inputs = [RisingValues(session.Graph.Inputs[0].Shape!)];
        var names = session.Graph.Inputs.Select(input => input.Name).ToArray();
        if (names.Length != inputs.Count) return $"the graph has {names.Length} inputs, the test {inputs.Count}";

        var outputs = session.Run(names.Zip(inputs).ToDictionary());
        return session.Graph.Outputs.Zip(expected)
            .Select(pair => TensorComparison.Difference(pair.Second, outputs[pair.First.Name]) is { } difference
                ? $"{difference} (output '{pair.First.Name}')" : null)
            .FirstOrDefault(difference => difference is not null);
    }

    /// <summary>The input of the whole networks, which store none: <c>x[i] = i / n</c>, divided in double.</summary>
    static Tensor RisingValues(Graphs.SymbolicShape shape)
    {
        var tensor = new Tensor(DataType.Float32, shape.Fill((_, _) => 1));
        for (var i = 0; i < tensor.Length; i++) tensor.Floats[i] = (float)((double)i / tensor.Length);
        return tensor;
    }
}
