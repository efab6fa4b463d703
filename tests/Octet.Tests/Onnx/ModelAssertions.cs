using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Onnx;

/// <summary>Compares models by everything that a file can say.</summary>
static class ModelAssertions
{
    public static void ShouldBeLike(this Model actual, Model expected)
    {
        actual.IrVersion.ShouldBe(expected.IrVersion);
        actual.ProducerName.ShouldBe(expected.ProducerName);
        actual.ProducerVersion.ShouldBe(expected.ProducerVersion);
        actual.Domain.ShouldBe(expected.Domain);
        actual.ModelVersion.ShouldBe(expected.ModelVersion);
        actual.DocString.ShouldBe(expected.DocString);
        actual.Metadata.ShouldBe(expected.Metadata);
        ShouldBeBytes(actual.Foreign, expected.Foreign);
        actual.Graph.ShouldBeLike(expected.Graph);
    }

    public static void ShouldBeLike(this Graph actual, Graph expected)
    {
        GraphText.Write(actual).ShouldBe(GraphText.Write(expected));
        actual.Opsets.ShouldBe(expected.Opsets);
        actual.DocString.ShouldBe(expected.DocString);
        actual.Metadata.ShouldBe(expected.Metadata);
        ShouldBeBytes(actual.Foreign, expected.Foreign);
        actual.Outputs.Select(output => output.Name).ShouldBe(expected.Outputs.Select(output => output.Name));
        foreach (var (value, other) in Pairs(actual.Values, expected.Values)) value.ShouldBeLike(other);
        foreach (var (node, other) in Pairs(actual.Nodes, expected.Nodes)) node.ShouldBeLike(other);
    }

    static void ShouldBeLike(this Value actual, Value expected)
    {
        actual.ToString().ShouldBe(expected.ToString());
        (actual.DocString, actual.IsDeclared, actual.IsListedAsInput).ShouldBe(
            (expected.DocString, expected.IsDeclared, expected.IsListedAsInput), actual.Name);
        actual.Metadata.ShouldBe(expected.Metadata);
        ShouldBeBytes(actual.Foreign, expected.Foreign);
        ShouldBeBytes(actual.ForeignType, expected.ForeignType);
        if (expected.Constant is not null) actual.Constant.ShouldNotBeNull().ShouldBeLike(expected.Constant);
    }

    static void ShouldBeLike(this Node actual, Node expected)
    {
        (actual.Name, actual.OpType, actual.Domain, actual.DocString).ShouldBe(
            (expected.Name, expected.OpType, expected.Domain, expected.DocString));
        actual.Inputs.Select(input => input?.Name).ShouldBe(expected.Inputs.Select(input => input?.Name));
        actual.Outputs.Select(output => output?.Name).ShouldBe(expected.Outputs.Select(output => output?.Name));
        actual.Metadata.ShouldBe(expected.Metadata);
        ShouldBeBytes(actual.Foreign, expected.Foreign);
        foreach (var (attribute, other) in Pairs(actual.Attributes, expected.Attributes))
        {
            attribute.Key.ShouldBe(other.Key);
            ShouldBeLike(attribute.Value, other.Value);
        }
    }

    static void ShouldBeLike(object actual, object expected)
    {
        switch (expected)
        {
            case Tensor tensor: actual.ShouldBeOfType<Tensor>().ShouldBeLike(tensor); break;
            case Graph graph: actual.ShouldBeOfType<Graph>().ShouldBeLike(graph); break;
            case ForeignAttribute foreign: actual.ShouldBeOfType<ForeignAttribute>().Encoded.ShouldBe(foreign.Encoded); break;
            case Tensor[] or ISubgraph[]:
                foreach (var (item, other) in Pairs(((Array)actual).Cast<object>(), ((Array)expected).Cast<object>()))
                    ShouldBeLike(item, other);
                break;
            default: actual.ShouldBe(expected); break;
        }
    }

    public static void ShouldBeLike(this Tensor actual, Tensor expected)
    {
        actual.ToString().ShouldBe(expected.ToString());
        actual.Bytes.SequenceEqual(expected.Bytes).ShouldBeTrue();
        if (expected.Type == DataType.String) actual.Strings.ToArray().ShouldBe(expected.Strings.ToArray());
    }

    static void ShouldBeBytes(byte[]? actual, byte[]? expected) =>
        Convert.ToHexString(actual ?? []).ShouldBe(Convert.ToHexString(expected ?? []));

    static IEnumerable<(T, T)> Pairs<T>(IEnumerable<T> actual, IEnumerable<T> expected)
    {
        actual.Count().ShouldBe(expected.Count());
        return actual.Zip(expected);
    }
}
