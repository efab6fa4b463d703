using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Running;

/// <summary>One budget for all that the runs of a session hold.</summary>
public sealed class BufferStoreTests
{
    /// <summary>Two values of 400 kB at once.</summary>
    const long RunBytes = 800_000;

    [Fact]
    public void Runs_side_by_side_share_one_budget()
    {
        var session = new Session(Chain(), new() { MaxBytes = 3 * RunBytes / 2 });
        using var first = session.Bind(Inputs(100_000));

        Should.Throw<MemoryLimitException>(() => session.Bind(Inputs(100_000))).Message.ShouldContain($"and {3 * RunBytes / 2} are "
            + "allowed");
    }

    [Fact]
    public void Buffers_that_nobody_uses_make_room_for_other_shapes()
    {
        var session = new Session(Chain(), new() { MaxBytes = 3 * RunBytes / 2 });

        for (var length = 99_000; length < 100_000; length += 100) session.Run(Inputs(length))["z"].Length.ShouldBe(length);
    }

    [Fact]
    public void Texts_count_with_their_length()
    {
        var graph = new Graph { Opsets = { [""] = 18 } };
        var x = graph.AddInput("x", DataType.String, new(1));
        var many = graph.AddInput("many", DataType.Int64, new(1));
        graph.AddOutput(graph.Add("Expand", [x, many], "y"));
        var session = new Session(graph, new() { MaxBytes = 1 << 20 });
        Dictionary<string, Tensor> Given(int letters) =>
            new() { ["x"] = Tensor.OfStrings([1], [new string('a', letters)]), ["many"] = Tensor.Vector(1000) };

        session.Run(Given(10))["y"].Length.ShouldBe(1000);
        Should.Throw<OctetException>(() => session.Run(Given(10_000))).Message.ShouldContain("and 1048576 are allowed");
    }

    [Fact]
    public void A_loop_whose_values_grow_stays_within_the_budget()
    {
        var body = new Graph { Opsets = { [""] = 18 }, Name = "body" };
        body.AddInput("i", DataType.Int64, new());
        body.AddOutput(body.AddInput("goes_on", DataType.Bool, new()));
        var state = body.AddInput("state", DataType.Float32, null);
        body.AddOutput(body.Add("Concat", [state, state], "twice", new() { { "axis", 0L } }));
        var graph = new Graph { Opsets = { [""] = 18 } };
        var x = graph.AddInput("x", DataType.Float32, new(1000));
        var attributes = new Attributes { { "body", body } };
        var y = graph.NewValue("y");
        graph.Add(OperatorTable.Create("", "Loop", 18, attributes), [graph.AddConstant("trips", Tensor.Scalar(64L)), null, x], [y],
            attributes);
        graph.AddOutput(y);

        Should.Throw<OctetException>(() => new Session(graph, new() { MaxBytes = 1 << 20 }).Run(Inputs(1000))).Message.ShouldContain(
            "and 1048576 are allowed");
    }

    static Graph Chain()
    {
        var graph = new Graph { Opsets = { [""] = 18 } };
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "n")));
        graph.AddOutput(graph.Add("Neg", [graph.Add("Exp", [x], "y")], "z"));
        return graph;
    }

    static Dictionary<string, Tensor> Inputs(int length) => new() { ["x"] = new(DataType.Float32, [length]) };
}
