using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>
/// Which element types an operator computes with, beyond those that the suite has tests for: the tests of the operator alone are run again
/// with their float32 tensors converted, and their outputs compared as closely as the type allows.
/// </summary>
static class ElementTypeSweep
{
    /// <summary>The types to try, and the relative and absolute difference that rounding all inputs to them may cause.</summary>
    static readonly (DataType Type, double Relative, double Absolute)[] Candidates =
        [(DataType.Float64, 1e-3, 1e-6), (DataType.Float16, 0.02, 0.02), (DataType.BFloat16, 0.1, 0.1)];

    /// <summary>The types with which at least one test of each operator passes; an operator of which no test has a float32 input is
    /// absent.</summary>
    public static IReadOnlyDictionary<string, DataType[]> Run(IEnumerable<OnnxOutcome> outcomes) => outcomes
        .Where(outcome => outcome.Passed && outcome.Case.Operators.Count == 1)
        .AsParallel()
        .SelectMany(outcome => Candidates.Where(candidate => Passes(outcome.Case, candidate))
            .Select(candidate => (outcome.Case.Operators[0], candidate.Type)))
        .ToArray().GroupBy(pair => pair.Item1)
        .ToDictionary(types => types.Key, types => types.Select(pair => pair.Type).Distinct().Order().ToArray());

    static bool Passes(OnnxCase test, (DataType Type, double Relative, double Absolute) candidate)
    {
        var graph = OnnxReader.Read(test.ModelPath).Graph;
        var (inputs, outputs) = test.ReadData();
        if (graph.Nodes.Count != 1 || inputs.Count != graph.Inputs.Count || !inputs.Any(input => input.Type == DataType.Float32))
            return false;

        foreach (var input in graph.Inputs.Where(input => input.Type == DataType.Float32)) input.Type = candidate.Type;
        try
        {
            var given = graph.Inputs.Zip(inputs).ToDictionary(pair => pair.First.Name, pair => Converted(pair.Second, candidate.Type));
            var results = new Session(graph).Run(given);
            return graph.Outputs.Zip(outputs).All(pair => Agree(pair.Second, results[pair.First.Name], candidate));
        }
        catch (OctetException)
        {
            return false;
        }
    }

    /// <summary>Floats may come back in the type or, where the operator says so, in float32; all else as it was.</summary>
    static bool Agree(Tensor expected, Tensor actual, (DataType Type, double Relative, double Absolute) candidate) =>
        (actual.Type == expected.Type || actual.Type == candidate.Type)
        && TensorComparison.Difference(expected, Cast(actual, expected.Type), candidate.Relative, candidate.Absolute) is null;

    static Tensor Converted(Tensor tensor, DataType type) => tensor.Type == DataType.Float32 ? Cast(tensor, type) : tensor;

    static Tensor Cast(Tensor tensor, DataType type)
    {
        if (tensor.Type == type) return tensor;
        var cast = new Tensor(type, tensor.Shape);
        OperatorTable.Create("", "Cast", 21, new() { { "to", (long)type } }).Run([tensor], [cast]);
        return cast;
    }
}
