using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>
/// Which element types an operator computes with, beyond those that the suite has tests for: the tests of the operator alone are run again
/// with their float32 tensors converted, and once more in float32 with the same rounded inputs. A type is supported if all tests agree.
/// </summary>
static class ElementTypeSweep
{
    /// <summary>
    /// The types to try, and the relative and absolute difference between a result in the type and one in float32: one step of the coarser
    /// of both types, for a sum that is rounded once; float32 itself is right to some steps only, so that float64 gets sixteen.
    /// </summary>
    static readonly (DataType Type, double Relative, double Absolute)[] Candidates =
        [(DataType.Float64, 1.0 / (1 << 19), 1e-6), (DataType.Float16, 1.0 / (1 << 10), 1.0 / (1 << 24)),
            (DataType.BFloat16, 1.0 / (1 << 7), 1e-38)];

    /// <summary>The types with which all tests of an operator pass that can be tried; an operator of which none can be tried is
    /// absent.</summary>
    public static IReadOnlyDictionary<string, DataType[]> Run(IEnumerable<OnnxOutcome> outcomes) => outcomes
        .Where(outcome => outcome.Passed && outcome.Case.Operators.Count == 1)
        .AsParallel().Where(outcome => CanBeTried(outcome.Case))
        .SelectMany(outcome => Candidates
            .Select(candidate => (OpType: outcome.Case.Operators[0], candidate.Type, Passes: Passes(outcome.Case, candidate))))
        .ToArray().GroupBy(tried => tried.OpType)
        .ToDictionary(tried => tried.Key, tried => tried.GroupBy(one => one.Type).Where(one => one.All(test => test.Passes))
            .Select(one => one.Key).Order().ToArray());

    static bool CanBeTried(OnnxCase test)
    {
        var graph = OnnxReader.Read(test.ModelPath).Graph;
        var (inputs, _) = test.ReadData();
        return graph.Nodes.Count == 1 && inputs.Count == graph.Inputs.Count && inputs.Any(input => input.Type == DataType.Float32);
    }

    /// <summary>Some operators have inputs that stay float32 whatever the data is, as the scales of Resize: then only the first is
    /// converted.</summary>
    static bool Passes(OnnxCase test, (DataType Type, double Relative, double Absolute) candidate) =>
        Passes(test, candidate, _ => true) || Passes(test, candidate, input => input == 0);

    static bool Passes(OnnxCase test, (DataType Type, double Relative, double Absolute) candidate, Func<int, bool> isConverted)
    {
        try
        {
            var expected = Run(test, isConverted, tensor => Cast(Cast(tensor, candidate.Type), DataType.Float32));
            var actual = Run(test, isConverted, tensor => Cast(tensor, candidate.Type));
            return expected.All(output => Agree(output.Value, actual[output.Key], candidate));
        }
        catch (OctetException)
        {
            return false;
        }
    }

    /// <summary>Runs a test with some of the node's float32 inputs converted, constants among them.</summary>
    static IReadOnlyDictionary<string, Tensor> Run(OnnxCase test, Func<int, bool> isConverted, Func<Tensor, Tensor> convert)
    {
        var graph = OnnxReader.Read(test.ModelPath).Graph;
        var given = graph.Inputs.Zip(test.ReadData().Inputs).ToDictionary(pair => pair.First.Name, pair => pair.Second);
        foreach (var (index, input) in graph.Nodes[0].Inputs.Index())
        {
            if (input is not { Type: DataType.Float32 } || !isConverted(index)) continue;
            if (input.Constant is { } constant) input.Constant = convert(constant);
            else given[input.Name] = convert(given[input.Name]);
            input.Type = input.Constant?.Type ?? given[input.Name].Type;
        }
        return new Session(graph).Run(given);
    }

    /// <summary>Floats may come back in the type or, where the operator says so, in float32; all else as it was.</summary>
    static bool Agree(Tensor expected, Tensor actual, (DataType Type, double Relative, double Absolute) candidate) =>
        (actual.Type == expected.Type || actual.Type == candidate.Type)
        && TensorComparison.Difference(expected, Cast(actual, expected.Type), candidate.Relative, candidate.Absolute) is null;

    static Tensor Cast(Tensor tensor, DataType type)
    {
        if (tensor.Type == type) return tensor;
        var cast = new Tensor(type, tensor.Shape);
        OperatorTable.Create("", "Cast", 21, new() { { "to", (long)type } }).Run([tensor], [cast]);
        return cast;
    }
}
