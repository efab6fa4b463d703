using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Passes;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Running;

public sealed class ControlFlowTests
{
    static Graph Empty(string name = "main") => new() { Name = name, Opsets = { [""] = 13 } };

    static Tensor Floats(params float[] values) => Tensor.Of<float>([values.Length], values);

    static Tensor Run(Graph graph, params (string Name, Tensor Value)[] inputs) =>
        new Session(graph).Run(inputs.ToDictionary(input => input.Name, input => input.Value))[graph.Outputs[0].Name];

    /// <summary>y = c ? x + w : x · 2, where both branches read x from around them, and w is a constant out there.</summary>
    static Graph Choice()
    {
        var graph = Empty();
        var condition = graph.AddInput("c", DataType.Bool, new());
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "N")));
        var w = graph.AddConstant("w", Tensor.Scalar(10f));
        var doubled = graph.Add("Mul", [x, graph.AddConstant("two", Tensor.Scalar(2f))], "doubled");

        var then = Empty("then");
        then.AddOutput(then.Add("Add", [then.AddCaptured(x), then.AddCaptured(w)], "sum"));
        var otherwise = Empty("else");
        otherwise.AddOutput(otherwise.AddCaptured(doubled));
        graph.AddOutput(Add(graph, "If", [condition], new() { { "then_branch", then }, { "else_branch", otherwise } }, "y"));
        return graph;
    }

    /// <summary>The running sum of x, until the condition that the body gives; <paramref name="condition"/> makes it from the carried
    /// value.</summary>
    static Graph Summing(Func<Graph, Value, Value> condition, bool hasTripCount = true)
    {
        var graph = Empty();
        var trips = hasTripCount ? graph.AddInput("trips", DataType.Int64, new()) : null;
        var x = graph.AddInput("x", DataType.Float32, new(new Dimension(null, "N")));
        var start = graph.AddConstant("start", Floats(0));

        var body = Empty("body");
        var iteration = body.AddInput("i", DataType.Int64, new());
        body.AddInput("goes_on", DataType.Bool, new());
        var carried = body.AddInput("sum", DataType.Float32, new(1));
        var element =
            body.Add("Gather",
                [body.AddCaptured(x), body.Add("Unsqueeze", [iteration, body.AddConstant("axis", Tensor.Vector(0))], "place")], "element");
        var next = body.Add("Add", [carried, element], "next");
        body.AddOutput(condition(body, next));
        body.AddOutput(next);
        body.AddOutput(element);

        var node = graph.Add(
            OperatorTable.Create("", "Loop", 13, new() { { "body", body } }), [trips, null, start],
            [graph.NewValue("total"), graph.NewValue("all")], new() { { "body", body } });
        foreach (var output in node.Outputs) graph.AddOutput(output!);
        return graph;
    }

    static Value Always(Graph body, Value next) => body.AddConstant("true", Tensor.Scalar(true));

    static Value BelowTen(Graph body, Value next) =>
        body.Add("Squeeze", [body.Add("Less", [next, body.AddConstant("ten", Tensor.Scalar(10f))], "below")], "is_below");

    static Value Add(Graph graph, string type, Value?[] inputs, Attributes attributes, string output) =>
        graph.Add(type, inputs, output, attributes);

    [Theory]
    [InlineData(true, new float[] { 11, 12, 13 })]
    [InlineData(false, new float[] { 2, 4, 6 })]
    public void If_runs_one_branch_on_values_from_around_it(bool condition, float[] expected) =>
        Run(Choice(), ("c", Tensor.Scalar(condition)), ("x", Floats(1, 2, 3))).Floats.ToArray().ShouldBe(expected);

    [Fact]
    public void A_graph_with_branches_keeps_its_meaning_when_it_is_prepared_written_and_read()
    {
        var graph = Choice();
        PassPipeline.Prepare.Apply(graph);
        using var memory = new MemoryStream();
        OnnxWriter.Write(new Model { Graph = graph, IrVersion = 8 }, memory);
        memory.Position = 0;

        var read = OnnxReader.Read(memory, "choice.onnx").Graph;

        Run(read, ("c", Tensor.Scalar(true)), ("x", Floats(1))).Floats.ToArray().ShouldBe([11]);
        Run(read, ("c", Tensor.Scalar(false)), ("x", Floats(1, 5))).Floats.ToArray().ShouldBe([2, 10]);
    }

    [Fact]
    public void Shapes_of_a_choice_are_known_where_both_branches_agree()
    {
        var graph = Choice();
        graph.AddOutput(graph.Add("Relu", [graph.Outputs[0]], "after"));

        ShapeInference.Annotate(graph);

        graph.FindValue("after")!.ToString().ShouldBe("after: float32 [N]");
    }

    [Fact]
    public void Loop_carries_values_and_collects_others()
    {
        var results =
            new Session(Summing(Always)).Run(new Dictionary<string, Tensor> { ["trips"] = Tensor.Scalar(3L), ["x"] = Floats(1, 2, 3, 4) });

        results["total"].Floats.ToArray().ShouldBe([6]);
        results["all"].Shape.ShouldBe([3, 1]);
        results["all"].Floats.ToArray().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Loop_ends_when_its_condition_does() =>
        Run(Summing(BelowTen, hasTripCount: false), ("x", Floats(4, 5, 6, 7))).Floats.ToArray().ShouldBe([15]);

    [Fact]
    public void Loop_that_never_runs_gives_its_start_and_nothing_collected()
    {
        var results = new Session(Summing(Always)).Run(new Dictionary<string, Tensor> { ["trips"] = Tensor.Scalar(0L), ["x"] = Floats(1) });

        results["total"].Floats.ToArray().ShouldBe([0]);
        results["all"].Shape.ShouldBe([0, 1]);
    }

    [Fact]
    public void Loop_without_end_is_stopped()
    {
        var session = new Session(Endless(), new() { MaxBodyRuns = 500 });

        Should.Throw<OctetException>(() => session.Run(new Dictionary<string, Tensor> { ["x"] = Floats(1) }))
            .Message.ShouldContain("ran 500 times; if that is meant to be, set SessionOptions.MaxBodyRuns higher");
    }

    [Fact]
    public void Loop_that_collects_without_end_is_stopped()
    {
        var session = new Session(Endless(), new() { MaxBytes = 1 << 16 });

        Should.Throw<OctetException>(() => session.Run(new Dictionary<string, Tensor> { ["x"] = new(DataType.Float32, [1000]) }))
            .Message.ShouldContain("bytes, and 65536 are allowed.");
    }

    [Fact]
    public void What_a_loop_collected_is_let_go_when_it_ends()
    {
        // A loop of four rounds; each holds a loop of eight rounds that collects 4 kB.
        var graph = Empty();
        var outer = Empty("outer");
        outer.AddInput("i", DataType.Int64, new());
        var outerGoesOn = outer.AddInput("goes_on", DataType.Bool, new());
        var x = graph.AddInput("x", DataType.Float32, new(1000));
        var captured = outer.AddCaptured(x);
        var inner = Empty("inner");
        inner.AddInput("i", DataType.Int64, new());
        inner.AddOutput(inner.AddInput("goes_on", DataType.Bool, new()));
        inner.AddOutput(inner.Add("Neg", [inner.AddCaptured(captured)], "given"));
        var all = Add(outer, "Loop", [outer.AddConstant("eight", Tensor.Scalar(8L)), null], new() { { "body", inner } }, "all");
        outer.AddOutput(outerGoesOn);
        outer.AddOutput(outer.Add("ReduceSum", [all], "sum", new() { ["keepdims"] = 0L }));
        graph.AddOutput(Add(graph, "Loop", [graph.AddConstant("four", Tensor.Scalar(4L)), null], new() { { "body", outer } }, "sums"));
        var session = new Session(graph, new() { MaxBytes = 80_000 });

        session.Run(new Dictionary<string, Tensor> { ["x"] = new(DataType.Float32, [1000]) })["sums"].Shape.ShouldBe([4]);
    }

    /// <summary>A loop that never ends and collects x again and again.</summary>
    static Graph Endless()
    {
        var graph = Empty();
        var body = Empty("body");
        body.AddInput("i", DataType.Int64, new());
        var goesOn = body.AddInput("goes_on", DataType.Bool, new());
        var carried = body.AddInput("x", DataType.Float32, null);
        body.AddOutput(goesOn);
        body.AddOutput(carried);
        body.AddOutput(body.Add("Neg", [carried], "collected"));
        Attributes attributes = new() { { "body", body } };
        var node = graph.Add(
            OperatorTable.Create("", "Loop", 13, attributes),
            [null, null, graph.AddInput("x", DataType.Float32, new(new Dimension(null, "N")))],
            [graph.NewValue("last"), graph.NewValue("all")], attributes);
        foreach (var output in node.Outputs) graph.AddOutput(output!);
        return graph;
    }

    [Fact]
    public void A_carried_value_may_grow() =>
        Run(Doubling(trips: 4), ("x", Floats(3))).Floats.ToArray().ShouldBe(Enumerable.Repeat(-3f, 16));

    /// <summary>Two bytes of a file, the number of rounds, decide how many bytes a value takes: 2^26 floats here.</summary>
    [Fact]
    public void A_carried_value_that_grows_out_of_all_proportion_is_refused()
    {
        var x = new Dictionary<string, Tensor> { ["x"] = Floats(3) };

        Should.Throw<OctetException>(() => new Session(Doubling(trips: 26)).Run(x)).Message.ShouldContain(
            "What the model's loops keep and hand on would take");
        // What may grow so far grows with what is given, and whoever sets the budget of all has set this one too.
        new Session(Doubling(trips: 10), new() { MaxBytes = 1 << 20 }).Run(x)["y"].Length.ShouldBe(1024);
        Should.Throw<OctetException>(() => new Session(Doubling(trips: 18), new() { MaxBytes = 1 << 20 }).Run(x)).Message.ShouldContain(
            "1048576 are allowed");
    }

    static Graph Doubling(long trips)
    {
        var graph = Empty();
        var body = Empty("body");
        body.AddInput("i", DataType.Int64, new());
        var goesOn = body.AddInput("goes_on", DataType.Bool, new());
        var carried = body.AddInput("list", DataType.Float32, new(new Dimension(null)));
        body.AddOutput(goesOn);
        body.AddOutput(Add(body, "Concat", [carried, carried], new() { { "axis", 0L } }, "longer"));
        var start = graph.AddInput("x", DataType.Float32, new(1));
        var grown = Add(graph, "Loop", [graph.AddConstant("trips", Tensor.Scalar(trips)), null, start], new() { { "body", body } },
            "grown");
        graph.AddOutput(graph.Add("Neg", [grown], "y"));
        return graph;
    }

    [Theory]
    [InlineData(0L, 0L, new float[] { 1, 3, 6, 4, 9, 15 })]
    [InlineData(1L, 0L, new float[] { 3, 5, 6, 6, 11, 15 })]
    [InlineData(0L, 1L, new float[] { 6, 3, 1, 15, 9, 4 })]
    public void Scan_runs_along_any_axis_in_any_direction(long inputDirection, long outputDirection, float[] expected)
    {
        // Running sums along the rows of [[1, 2, 3], [4, 5, 6]], from their start or their end, stacked in the order of the steps or
        // against it.
        var graph = Empty();
        var body = Empty("body");
        var state = body.AddInput("state", DataType.Float32, new(2));
        var slice = body.AddInput("slice", DataType.Float32, new(2));
        var sum = body.Add("Add", [state, slice], "sum");
        body.AddOutput(sum);
        body.AddOutput(body.Add("Identity", [sum], "given"));
        Attributes attributes = new()
        {
            { "body", body }, { "num_scan_inputs", 1L }, { "scan_input_axes", new[] { 1L } }, { "scan_output_axes", new[] { -1L } },
            { "scan_input_directions", new[] { inputDirection } }, { "scan_output_directions", new[] { outputDirection } },
        };
        var start = graph.AddConstant("start", Floats(0, 0));
        var x = graph.AddInput("x", DataType.Float32, new(2, 3));
        var node = graph.Add(OperatorTable.Create("", "Scan", 13, attributes), [start, x], [null, graph.NewValue("sums")], attributes);
        graph.AddOutput(node.Outputs[1]!);
        var input = Tensor.Of<float>([2, 3], 1, 2, 3, 4, 5, 6);

        var sums = Run(graph, ("x", input));
        ShapeInference.Annotate(graph);

        sums.Shape.ShouldBe([2, 3]);
        node.Outputs[1]!.Shape!.ToString().ShouldBe("[2, 3]");
        sums.Floats.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void Scan_of_opset_8_runs_for_each_sample_of_a_batch_as_long_as_the_sample_is()
    {
        var results =
            new Session(BatchedSums(Tensor.Vector(2, 3))).Run(new Dictionary<string, Tensor>
            { ["x"] = Tensor.Of<float>([2, 3, 1], 1, 2, 3, 4, 5, 6) });

        results["last"].Floats.ToArray().ShouldBe([3, 15]);
        results["sums"].Floats.ToArray().ShouldBe([1, 3, 0, 4, 9, 15]);
    }

    [Fact]
    public void Scan_refuses_lengths_that_are_not_one_for_each_sample() =>
        Should.Throw<OctetException>(() => Run(BatchedSums(Tensor.Vector(2)), ("x", Tensor.Of<float>([2, 3, 1], 1, 2, 3, 4, 5, 6))))
            .Message.ShouldContain("there are 2 samples, but 1 lengths");

    [Fact]
    public void Scan_refuses_an_input_that_is_left_out()
    {
        var graph = Empty();
        var body = Empty("body");
        body.AddOutput(body.AddInput("slice", DataType.Float32, new(1)));
        var x = graph.AddInput("x", DataType.Float32, new(3, 1));
        graph.AddOutput(Add(graph, "Scan", [x, null], new() { { "body", body }, { "num_scan_inputs", 1L } }, "y"));

        Should.Throw<OctetException>(() => Run(graph, ("x", Tensor.Of<float>([3, 1], 1, 2, 3)))).Message.ShouldContain(
            "input 1 is missing");
    }

    /// <summary>The running sums of each sample of x [2, 3, 1], in the Scan of opset 8.</summary>
    static Graph BatchedSums(Tensor lengths)
    {
        var graph = Empty();
        graph.Opsets[""] = 8;
        var body = Empty("body");
        var state = body.AddInput("state", DataType.Float32, new(1));
        var sum = body.Add("Add", [state, body.AddInput("slice", DataType.Float32, new(1))], "sum");
        body.AddOutput(sum);
        body.AddOutput(sum);
        Attributes attributes = new() { { "body", body }, { "num_scan_inputs", 1L } };
        var inputs = new[]
        {
            graph.AddConstant("lengths", lengths), graph.AddConstant("start", Tensor.Of<float>([2, 1], 0, 0)),
            graph.AddInput("x", DataType.Float32, new(2, 3, 1)),
        };
        var node = graph.Add(OperatorTable.Create("", "Scan", 8, attributes), inputs, [graph.NewValue("last"), graph.NewValue("sums")],
            attributes);
        foreach (var output in node.Outputs) graph.AddOutput(output!);
        return graph;
    }

    [Fact]
    public void A_body_inside_a_body_reads_from_all_around_it()
    {
        // y = c ? (c ? x + 1 : x) : x, with the inner choice two graphs deep.
        var graph = Empty();
        var condition = graph.AddInput("c", DataType.Bool, new());
        var x = graph.AddInput("x", DataType.Float32, new(1));
        Graph PassOn(Graph outer, Value value)
        {
            var body = Empty("pass");
            body.AddOutput(body.AddCaptured(value));
            return body;
        }
        var then = Empty("then");
        var (innerCondition, innerX) = (then.AddCaptured(condition), then.AddCaptured(x));
        var deepest = Empty("deepest");
        deepest.AddOutput(deepest.Add("Add", [deepest.AddCaptured(innerX), deepest.AddConstant("one", Tensor.Scalar(1f))], "sum"));
        then.AddOutput(
            Add(then, "If", [innerCondition], new() { { "then_branch", deepest }, { "else_branch", PassOn(then, innerX) } }, "inner"));
        graph.AddOutput(Add(graph, "If", [condition], new() { { "then_branch", then }, { "else_branch", PassOn(graph, x) } }, "y"));

        Run(graph, ("c", Tensor.Scalar(true)), ("x", Floats(5))).Floats.ToArray().ShouldBe([6]);
        Run(graph, ("c", Tensor.Scalar(false)), ("x", Floats(5))).Floats.ToArray().ShouldBe([5]);
    }

    [Fact]
    public void Operators_that_nobody_knows_are_named_inside_bodies_too()
    {
        var graph = Choice();
        var then = graph.Nodes[^1].Subgraphs().First();
        then.Add(new UnsupportedOperator("Strange", "far"), [], [then.NewValue("strange")]);

        Should.Throw<UnsupportedOperatorsException>(() => new Session(graph)).Message.ShouldContain("Strange");
    }

    [Fact]
    public void A_body_that_gives_too_little_is_told()
    {
        var graph = Empty();
        var body = Empty("body");
        body.AddOutput(body.AddInput("i", DataType.Int64, new()));
        graph.AddOutput(Add(graph, "Loop", [null, null, graph.AddInput("x", DataType.Float32, new(1))], new() { { "body", body } }, "y"));

        Should.Throw<OctetException>(() => Run(graph, ("x", Floats(1)))).Message.ShouldContain("graph 'body' takes 1 input(s), but would "
            + "be given 3");
    }
}
