using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.Tests.Onnx;

/// <summary>What is done to each model should cost nothing one notices, whatever its size.</summary>
[Trait("Cpu", "any")]
public sealed class LargeGraphTests
{
    const int NodeCount = 5000;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    [Fact]
    public void Reading_checking_copying_and_writing_five_thousand_nodes_is_quick()
    {
        var bytes = Bytes();
        var model = ThreadClock.Within(Limit, () => OnnxReader.Read(bytes, "large.onnx"));

        model.Graph.Nodes.Count.ShouldBe(NodeCount);
        ThreadClock.Within(Limit, () => GraphCheck.FindProblems(model.Graph).ToArray()).ShouldBeEmpty();
        ThreadClock.Within(Limit, () => model.Graph.Clone()).Nodes.Count.ShouldBe(NodeCount);
        ThreadClock.Within(Limit, () => Written(model)).ShouldBeGreaterThan(bytes.Length / 2);
    }

    [Fact]
    public void Inserting_a_node_behind_each_of_five_thousand_is_quick()
    {
        var original = OnnxReader.Read(Bytes(), "large.onnx").Graph;

        var graph = ThreadClock.Within(Limit, () => InsertBehindAll(original.Clone()));

        graph.Nodes.Count.ShouldBe(2 * NodeCount);
        GraphCheck.FindProblems(graph).ShouldBeEmpty();
    }

    /// <summary>Each took minutes when removing one of many readers, or of many nodes, looked at all of them.</summary>
    [Theory]
    [InlineData("unused nodes on one value")]
    [InlineData("a chain that nobody reads")]
    [InlineData("identities on one value")]
    [InlineData("a chain of identities")]
    [InlineData("constants of one name")]
    [Trait("Duration", "long")]
    public void Preparing_a_hundred_thousand_nodes_is_quick(string what)
    {
        const int Count = 100_000;
        var graph = new Graph { Opsets = { [""] = 18 } };
        var x = graph.AddInput("x", DataType.Float32, new(2));
        var last = x;
        for (var i = 0; i < Count; i++)
        {
            last = what switch
            {
                "unused nodes on one value" => graph.Add("Neg", [x], "y"),
                "a chain that nobody reads" => graph.Add("Neg", [last], "y"),
                "identities on one value" => graph.Add("Abs", [graph.Add("Identity", [x], "i")], "y"),
                "a chain of identities" => graph.Add("Identity", [last], "y"),
                _ => graph.Add("Neg", [graph.AddConstant(graph.UniqueName("c"), Tensor.Scalar(1f))], "y"),
            };
        }
        graph.AddOutput(graph.Add("Exp", [what == "a chain of identities" ? last : x], "z"));

        ThreadClock.Within(TimeSpan.FromSeconds(20), () => PassPipeline.Prepare.Apply(graph));

        graph.Nodes.Count.ShouldBe(1);
    }

    static Graph InsertBehindAll(Graph graph)
    {
        foreach (var node in graph.Nodes.ToArray())
        {
            var copy = graph.NewValue(graph.UniqueName(node.Output.Name));
            var readers = node.Output.Consumers.ToArray();
            graph.Add(new UnsupportedOperator("Copy", ""), [node.Output], [copy], before: readers.FirstOrDefault());
            Graph.ReplaceConsumers(node.Output, copy, readers.Contains);
        }
        return graph;
    }

    static long Written(Model model)
    {
        using var stream = new MemoryStream();
        OnnxWriter.Write(model, stream);
        return stream.Length;
    }

    /// <summary>A chain in which each node also reads a constant of its own and the first input.</summary>
    static byte[] Bytes()
    {
        var nodes = Enumerable.Range(0, NodeCount)
            .Select(i => Protos.Node("Mystery", [$"v{i}", $"w{i}", "v0"], [$"v{i + 1}"], Protos.Attribute("k", i)));
        var graph = Protos.Graph(["v0"], [$"v{NodeCount}"], [.. nodes]);
        graph.Initializer.Add(Enumerable.Range(0, NodeCount).Select(i => Protos.Floats($"w{i}", 1, 2)));
        return Protos.Model(graph).ToByteArray();
    }
}
