using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Running;

/// <summary>Runs that stop at each node: what is there and when, what may be changed, other weights, and layers alone.</summary>
public sealed class LockstepRunTests
{
    /// <summary>y = Relu(Conv(x)) read by a Reshape and, beside it, by an addition; [batch, 2, 4, 4].</summary>
    static Graph Network(int seed = 1)
    {
        var graph = new Graph { Name = "network", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "batch"), 2, 4, 4));
        var (weights, bias) = (graph.AddConstant("weights", Floats(seed, 3, 2, 3, 3)), graph.AddConstant("bias", Floats(seed + 1, 3)));
        var sums = graph.Add("Conv", [x, weights, bias], "sums", new() { { "pads", new long[] { 1, 1, 1, 1 } } });
        var limited = graph.Add("Relu", [sums], "limited");
        var rows = graph.Add("Reshape", [limited, graph.AddConstant("rows_shape", Tensor.Vector(0, -1))], "rows");
        graph.AddOutput(graph.Add("Neg", [rows], "y"));
        graph.AddOutput(graph.Add("Abs", [limited], "z"));
        return graph;
    }

    static Tensor Floats(int seed, params long[] shape)
    {
        var (random, tensor) = (new Random(seed), new Tensor(DataType.Float32, Shape.From(shape)));
        foreach (ref var number in tensor.Floats) number = random.NextSingle() * 2 - 1;
        return tensor;
    }

    static Dictionary<string, Tensor> Sample(int seed, long batch = 1) => new() { ["x"] = Floats(seed, batch, 2, 4, 4) };

    static Value Named(Graph graph, string name) => graph.FindValue(name)!;

    /// <summary>Channels last, weights packed; the layer is <c>sums</c>, without its bias.</summary>
    static SessionOptions Fast(Graph graph) => new()
    {
        Watched = new HashSet<Value> { Named(graph, "sums"), Named(graph, "limited") },
        ShowsAnyLayout = true,
        ChangesValues = true,
        Replaced = new Dictionary<(Node, int), Tensor?> { [(Named(graph, "sums").Producer!, 2)] = null },
    };

    [Fact]
    public void It_stops_at_each_node_and_ends_with_what_a_session_gives()
    {
        var graph = Network();
        var samples = new[] { Sample(1), Sample(2) };
        using var run = new Session(graph, SessionOptions.NodeByNode).Begin(samples, threads: 2);
        var stops = new List<Node>();
        for (; run.Node is { } node; run.GoOn())
        {
            run.Run();
            run.Made.ShouldBe([node.Output]);
            run[node.Output].Count.ShouldBe(2);
            stops.Add(node);
        }

        stops.ShouldBe(graph.Nodes);
        foreach (var (sample, outputs) in samples.Zip(run.Outputs()))
        {
            // The convolution of the session adds in another order.
            foreach (var (name, expected) in new Session(graph).Run(sample)) outputs[name].ShouldBeNear(expected);
        }
    }

    [Fact]
    public void A_value_is_there_until_its_last_reader_has_run()
    {
        var graph = Network();
        var (x, sums, limited, y) = (Named(graph, "x"), Named(graph, "sums"), Named(graph, "limited"), Named(graph, "y"));
        using var run = new Session(graph, SessionOptions.NodeByNode).Begin([Sample(1)], threads: 1);
        var held = new List<string>();
        for (; run.Node is not null; run.GoOn())
        {
            run.Run();
            held.Add(string.Join(" ", new[] { x, sums, limited, y }.Where(run.Holds).Select(value => value.Name)));
        }

        held.ShouldBe(["x sums", "sums limited", "limited", "limited y", "limited y"]);
        Should.Throw<InvalidOperationException>(() => run[sums]).Message.ShouldContain("'sums' is not there");
    }

    [Fact]
    public void What_is_changed_at_a_stop_is_what_the_next_nodes_read_and_nobody_else()
    {
        var graph = Network();
        var (limited, rows) = (Named(graph, "limited"), Named(graph, "rows"));
        var given = Sample(1);
        using var run = new Session(graph, SessionOptions.NodeByNode).Begin([given], threads: 1);
        run[Named(graph, "x")][0].Floats[0] = 1000;
        for (; run.Node is { } node; run.GoOn())
        {
            run.Run();
            if (node == limited.Producer) run[limited][0].Floats.Fill(2);
            if (node == rows.Producer) run[rows][0].Floats.Fill(3);
        }

        // A session would let the reshaped value lie where the other one lies.
        run.Outputs()[0]["y"].Floats.ToArray().ShouldAllBe(y => y == -3);
        run.Outputs()[0]["z"].Floats.ToArray().ShouldAllBe(z => z == 2);
        given["x"].Floats[0].ShouldNotBe(1000);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_layer_runs_with_other_weights_and_without_its_bias_again_and_again(bool isFast)
    {
        var graph = Network();
        var (layer, other) = (Named(graph, "sums").Producer!, Floats(7, 3, 2, 3, 3));
        using var run = new Session(graph, isFast ? Fast(graph) : SessionOptions.NodeByNode).Begin([Sample(1), Sample(2)], threads: 2);
        while (!run.Made.Contains(layer.Output))
        {
            run.Run();
            run.GoOn();
        }

        foreach (var weights in new[] { layer.Inputs[1]!.Constant!, other, layer.Inputs[1]!.Constant! })
        {
            run.Multiply(layer, weights);
            for (var index = 0; index < 2; index++)
            {
                var expected = new Tensor(DataType.Float32, [1, 3, 4, 4]);
                layer.Operator.Run([Sample(index + 1)["x"], weights, null!], [expected]);
                ChannelsFirst(run[layer.Output][index], isFast).ShouldBeNear(expected);
            }
        }
    }

    [Fact]
    public void The_fast_form_gives_what_a_session_gives_without_the_bias()
    {
        var graph = Network();
        var without = Network();
        Named(without, "sums").Producer!.SetInput(2, null);
        using var run = new Session(graph, Fast(graph)).Begin([Sample(1), Sample(2)], threads: 1);
        for (; run.Node is not null; run.GoOn()) run.Run();

        for (var index = 0; index < 2; index++)
        {
            foreach (var (name, tensor) in new Session(without).Run(Sample(index + 1))) run.Outputs()[index][name].ShouldBeNear(tensor);
        }
    }

    [Fact]
    public void Samples_may_have_any_shape_where_nodes_are_kept()
    {
        var graph = Network();
        using var run = new Session(graph, SessionOptions.NodeByNode).Begin([Sample(1), Sample(2, batch: 3)], threads: 2);
        for (; run.Node is not null; run.GoOn()) run.Run();

        run.Outputs().Select(outputs => outputs["y"].Shape).ShouldBe([[1, 48], [3, 48]]);
    }

    [Fact]
    public void All_samples_together_count_for_the_limit_and_a_refused_run_gives_its_memory_back()
    {
        // Three images of three channels at once: what is reshaped does not lie where its original lies.
        var session = new Session(Network(), SessionOptions.NodeByNode with { MaxBytes = 3 * 3 * (3 * 4 * 4 * sizeof(float)) });
        Should.Throw<MemoryLimitException>(() => session.Begin([Sample(1), Sample(2), Sample(3), Sample(4)], threads: 1));

        using var run = session.Begin([Sample(1), Sample(2), Sample(3)], threads: 1);
        run.Samples.ShouldBe(3);
    }

    [Fact]
    public void Operands_of_other_shapes_than_planned_are_refused()
    {
        var graph = Network();
        using var run = new Session(graph, SessionOptions.NodeByNode).Begin([Sample(1)], threads: 1);

        Should.Throw<ArgumentException>(() => run.Run((1, Floats(1, 3, 2, 5, 5)))).Message.ShouldContain("cannot stand for");
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_layer_alone_gives_the_bits_it_gives_in_the_whole_network(bool withActivation)
    {
        var graph = Network();
        var (layer, output) = (Named(graph, "sums").Producer!, Named(graph, withActivation ? "limited" : "sums"));
        var alone = Session.Alone(withActivation ? [layer, output.Producer!] : [layer], output, new Dictionary<Value, Tensor>());
        alone.Graph.Inputs.Select(input => input.Name).ShouldBe(["x"]);
        alone.Run(Sample(1))[output.Name].Bytes.ToArray().ShouldBe(Whole(graph, output));
    }

    [Fact]
    public void A_layer_alone_takes_other_weights()
    {
        var graph = Network();
        var (layer, other) = (Named(graph, "sums").Producer!, Floats(7, 3, 2, 3, 3));
        var changed = Network();
        Named(changed, "weights").Constant = other;

        var alone = Session.Alone([layer], layer.Output, new Dictionary<Value, Tensor> { [layer.Inputs[1]!] = other });
        alone.Run(Sample(1))["sums"].Bytes.ToArray().ShouldBe(Whole(changed, Named(changed, "sums")));
        layer.Inputs[1]!.Constant.ShouldNotBeSameAs(other);
    }

    static Tensor ChannelsFirst(Tensor tensor, bool isLast)
    {
        if (!isLast) return tensor;
        var (result, channels) = (new Tensor(DataType.Float32, [1, 3, 4, 4]), 3);
        for (var i = 0; i < tensor.Length; i++) result.Floats[i % channels * (tensor.Length / channels) + i / channels] = tensor.Floats[i];
        return result;
    }

    static byte[] Whole(Graph graph, Value value) =>
        new Session(graph, new() { Watched = new HashSet<Value> { value } }).Watch(Sample(1))
            .Select(made => made.Tensor.Bytes.ToArray()).Single();
}

static class NearTensors
{
    /// <summary>Sums of 18 products between −1 and 1: rounding in another order shows in the last bits only.</summary>
    public static void ShouldBeNear(this Tensor actual, Tensor expected)
    {
        actual.Shape.ShouldBe(expected.Shape);
        for (var i = 0; i < expected.Length; i++) actual.Floats[i].ShouldBe(expected.Floats[i], tolerance: 1e-5);
    }
}
