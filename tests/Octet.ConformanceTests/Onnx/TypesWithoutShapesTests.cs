using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Element types follow from element types, operator by operator, where no shape is known: the types that the operator suite
/// declares are the judge.</summary>
public sealed class TypesWithoutShapesTests
{
    [Fact]
    public void Types_of_outputs_follow_without_shapes()
    {
        SharedFolder.Require("conformance", "index.tsv");
        var wrong = new List<string>();
        foreach (var test in OnnxCase.All)
        {
            if (Read(test) is not { } graph || graph.Nodes.Any(node => node.Operator is UnsupportedOperator or ControlFlow)) continue;
            var declared = graph.Outputs.Select(output => output.Type).ToArray();
            foreach (var input in graph.Inputs) input.Shape = null;
            foreach (var value in graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>())
                (value.Type, value.Shape, value.IsDeclared) = (DataType.Undefined, null, false);

            ShapeInference.Annotate(graph);

            wrong.AddRange(graph.Outputs.Zip(declared).Where(pair => pair.First.Type != pair.Second)
                .Select(pair => $"{test.Name}: {pair.First.Name} is {pair.Second.DisplayName}, not {pair.First.Type.DisplayName}"));
        }

        wrong.ShouldBeEmpty();
    }

    static Graph? Read(OnnxCase test)
    {
        try
        {
            return OnnxReader.Read(test.ModelPath).Graph;
        }
        catch (OctetException)
        {
            return null;
        }
    }
}
