using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;
using Octet.Tests.Lowering;

namespace Octet.Tests.Running;

public sealed class SessionTests
{
    /// <summary>y = relu(x + 1) · x, for any batch.</summary>
    static Graph Small()
    {
        var graph = new Graph { Name = "small", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "N"), 3));
        var one = graph.AddConstant("one", Tensor.Scalar(1f));
        var sum = graph.Add("Add", [x, one], "sum");
        var relu = graph.Add("Relu", [sum], "relu");
        graph.AddOutput(graph.Add("Mul", [relu, x], "y"));
        return graph;
    }

    static Dictionary<string, Tensor> Input(params float[] values) => new() { ["x"] = Tensor.Of<float>([values.Length / 3, 3], values) };

    [Fact]
    public void Runs_a_graph_for_any_batch_and_gives_tensors_that_stay()
    {
        var session = new Session(Small());

        var first = session.Run(Input(-2, 0, 3))["y"];
        var second = session.Run(Input(1, 2, 3, -4, 5, 6))["y"];

        first.Floats.ToArray().ShouldBe([0, 0, 12]);
        second.Shape.ShouldBe([2, 3]);
        second.Floats.ToArray().ShouldBe([2, 6, 12, 0, 30, 42]);
    }

    [Fact]
    public void A_wrapped_array_is_an_input_that_is_read_where_it_lies()
    {
        var array = new float[] { -2, 0, 3 };
        using var run = new Session(Small()).Bind(new Dictionary<string, Tensor> { ["x"] = Tensor.Wrap([1, 3], array) });

        run.Run()[0].Floats.ToArray().ShouldBe([0, 0, 12]);
        array[1] = 2;
        run.Run()[0].Floats.ToArray().ShouldBe([0, 6, 12]);
    }

    /// <summary>Kernels read past the end: such an input is copied for each run, which nobody sees.</summary>
    [Fact]
    public unsafe void An_array_that_ends_with_a_page_is_an_input_too()
    {
        var array = GC.AllocateArray<float>(Environment.SystemPageSize, pinned: true);
        var toPage = (int)(Environment.SystemPageSize - (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref array[0])
            % Environment.SystemPageSize) / sizeof(float);
        var memory = array.AsMemory(toPage - 3, 3);
        using var run = new Session(Small()).Bind(new Dictionary<string, Tensor> { ["x"] = Tensor.Wrap([1, 3], memory) });

        foreach (var (value, result) in ((float, float)[])[(2, 6), (3, 12)])
        {
            memory.Span.Fill(value);
            run.Run()[0].Floats.ToArray().ShouldBe([result, result, result]);
        }
        run.Inputs[0].HasSpareBytes.ShouldBeFalse();
    }

    [Fact]
    public void Watched_values_are_shown_and_no_others()
    {
        var graph = Small();
        var session = new Session(graph, new() { Watched = new HashSet<Value> { graph.FindValue("x")!, graph.FindValue("relu")! } });

        Seen(session, Input(-2, 0, 3)).ShouldBe(["x -2 0 3", "relu 0 1 4"]);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void Constants_are_shown_and_what_follows_from_them_and_what_follows_from_shapes(bool anyLayout)
    {
        var graph = new Graph { Name = "constants", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "N"), 3));
        var one = graph.AddConstant("one", Tensor.Scalar(1f));
        var two = graph.Add("Add", [one, one], "two");
        var shape = graph.Add("Cast", [graph.Add("Shape", [x], "shape")], "extents", new() { ["to"] = 1L });
        graph.AddOutput(graph.Add("Mul", [x, graph.Add("Neg", [two], "minus two")], "y"));
        graph.AddOutput(shape);
        var session =
            new Session(graph,
                new() { Watched = new HashSet<Value> { one, two, shape, graph.FindValue("y")! }, ShowsAnyLayout = anyLayout });

        Seen(session, Input(1, 2, 3)).ShouldBe(["extents 1 3", "one 1", "two 2", "y -2 -4 -6"], ignoreOrder: true);
    }

    [Fact]
    public void A_value_that_is_not_of_the_graph_cannot_be_watched()
    {
        var stranger = Small().FindValue("relu")!;
        Should.Throw<ArgumentException>(
            () => new Session(Small(), new() { Watched = new HashSet<Value> { stranger } })).Message.ShouldContain(
            "'relu' is to be watched");
    }

    [Theory, InlineData("Conv"), InlineData("QuantizeLinear"), InlineData("ReduceMean"), InlineData("Add")]
    public void A_node_without_a_required_input_is_refused_although_nothing_is_known_of_the_others(string opType)
    {
        var graph = new Graph { Name = "lacking", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "N"), 3));
        var unknown = graph.Add("NonZero", [x], "unknown");
        graph.AddOutput(graph.Add(opType, [null, unknown], "y"));

        Should.Throw<NodeException>(() => new Session(graph).Run(Input(1, 2, 3))).Message.ShouldContain("input 0 is missing");
    }

    [Fact]
    public void Nodes_whose_outputs_nobody_names_disturb_nobody()
    {
        var images = new ImageGraph(1);
        var conv = images.Conv(images.Input(1, 3, 6, 5), outputs: 4, kernel: 1);
        var graph = images.Graph;
        graph.AddOutput(conv);
        foreach (var opType in new[] { "Relu", "Sigmoid", "Erf", "ReduceMean" })
            graph.Add(OperatorTable.Create("", opType, 13, []), [conv], [null]);
        var only = images.Conv(conv, outputs: 2, kernel: 1);
        graph.Add(OperatorTable.Create("", "Relu", 13, []), [only], [null]);
        graph.Add(OperatorTable.Create("", "QuantizeLinear", 13, []), [conv, images.Constant(Tensor.Scalar(0.1f))], [null]);

        new Session(graph).Run(images.Inputs)[conv.Name].Shape.ShouldBe([1, 4, 6, 5]);
    }

    [Fact]
    public void Threads_share_a_session_and_get_the_same_bits()
    {
        var session = new Session(Small());
        var results = new float[64];

        Parallel.For(0, results.Length, i => results[i] = session.Run(Input(i, i, i))["y"].Floats[0]);

        results.ShouldBe(Enumerable.Range(0, 64).Select(i => (i + 1f) * i));
    }

    [Fact]
    public void All_unsuitable_inputs_are_named_at_once()
    {
        var session = new Session(Small());

        var problem = Should.Throw<InputException>(() => session.Run(new Dictionary<string, Tensor> { ["z"] = Tensor.Scalar(1f) }));

        problem.Message.ShouldContain("input 'x' is missing; it is x: float32 [N, 3]");
        problem.Message.ShouldContain("no input 'z'");
        Should.Throw<InputException>(() => session.Run(new Dictionary<string, Tensor> { ["x"] = new(DataType.Float32, [1, 4]) }))
            .Message.ShouldBe("input 'x' is float32 [1, 4], but the model takes float32 [N, 3]");
    }

    [Fact]
    public void All_unsupported_operators_are_named_at_once()
    {
        var graph = Small();
        var odd = graph.Add("Convv", [graph.FindValue("relu")], "a");
        graph.AddOutput(graph.Add("Warp", [odd], "b"));

        var problem = Should.Throw<UnsupportedOperatorsException>(() => new Session(graph));

        problem.OpTypes.ShouldBe(["Convv", "Warp"]);
        problem.Message.ShouldContain("did you mean Conv?");
    }

    [Fact]
    public void A_node_that_fails_is_named_with_its_inputs()
    {
        var graph = new Graph { Name = "bad", Opsets = { [""] = 13 } };
        var a = graph.AddInput("a", DataType.Float32, new(2, 3));
        var b = graph.AddInput("b", DataType.Float32, new(4));
        graph.AddOutput(graph.Add("Add", [a, b], "y"));

        var problem = Should.Throw<NodeException>(() => new Session(graph).Run(new Dictionary<string, Tensor>
        {
            ["a"] = new(DataType.Float32, [2, 3]),
            ["b"] = new(DataType.Float32, [4]),
        }));

        problem.Message.ShouldStartWith("Node 'y' (Add) with inputs float32 [2, 3], float32 [4]: ");
    }

    [Fact]
    public void Open_extents_keep_their_names_through_inference()
    {
        var graph = Small();

        ShapeInference.Annotate(graph);

        graph.FindValue("y")!.ToString().ShouldBe("y: float32 [N, 3]");
    }

    static string[] Seen(Session session, IReadOnlyDictionary<string, Tensor> inputs) =>
        [.. session.Watch(inputs).Select(made => $"{made.Value.Name} {string.Join(' ', made.Tensor.Floats.ToArray())}")];
}
