using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Graphs;

/// <summary>Extents as expressions of the sizes that a model leaves open. Expected expressions are worked out by hand from the operators'
/// rules.</summary>
public sealed class ShapeTrialsTests
{
    readonly Graph _graph = new() { Name = "open", Opsets = { [""] = 13 } };

    static Dimension Open(string name) => new(null, name);

    Value Input(string name, params Dimension[] dimensions) => _graph.AddInput(name, DataType.Float32, new(dimensions));

    Value Ints(params long[] numbers) => _graph.AddConstant(_graph.UniqueName("ints"), Tensor.Vector(numbers));

    Value Conv(Value x, int filters, int channels, int size, params (string, object)[] attributes)
    {
        var all = new Attributes();
        foreach (var (name, value) in attributes) all.Add(name, value);
        return _graph.Add("Conv", [x, _graph.AddConstant(_graph.UniqueName("w"), RandomTensors.Of(1, filters, channels, size, size))],
            _graph.UniqueName("conv"), all);
    }

    string ShapeOf(Value value)
    {
        ShapeInference.Annotate(_graph);
        return value.ToString()[(value.Name.Length + 2)..];
    }

    [Fact]
    public void Names_of_their_own_stay_apart()
    {
        var y = _graph.Add("Relu", [Conv(Input("x", Open("n"), 3, Open("height"), Open("width")), 4, 3, 1)], "y");

        ShapeOf(y).ShouldBe("float32 [n, 4, height, width]");
    }

    [Fact]
    public void Strides_and_windows_become_quotients()
    {
        var x = Input("x", Open("n"), 3, Open("h"), Open("w"));
        var strided = Conv(x, 4, 3, 3, ("strides", new long[] { 2, 2 }), ("pads", new long[] { 1, 1, 1, 1 }));
        var pooled = _graph.Add("MaxPool", [strided], "pooled",
            new() { { "kernel_shape", new long[] { 3, 3 } }, { "strides", new long[] { 2, 2 } }, { "pads", new long[] { 1, 1, 1, 1 } } });
        var cropped = Conv(pooled, 2, 4, 3);

        ShapeOf(strided).ShouldBe("float32 [n, 4, (h + 1)//2, (w + 1)//2]");
        // ⌊(⌊(h + 1) / 2⌋ + 1) / 2⌋ is ⌊(h + 3) / 4⌋.
        ShapeOf(pooled).ShouldBe("float32 [n, 4, (h + 3)//4, (w + 3)//4]");
        ShapeOf(cropped).ShouldBe("float32 [n, 2, (h + 3)//4 - 2, (w + 3)//4 - 2]");
    }

    [Fact]
    public void Quotients_are_told_from_others_that_differ_for_few_sizes_only()
    {
        var x = Input("x", Open("n"), 3, Open("h"), Open("w"));
        var dilated = Conv(x, 2, 3, 4, ("strides", new long[] { 3, 5 }), ("dilations", new long[] { 4, 7 }));

        // ⌊(h − 3 · 4 − 1) / 3⌋ + 1 and ⌊(w − 3 · 7 − 1) / 5⌋ + 1.
        ShapeOf(dilated).ShouldBe("float32 [n, 2, (h + 2)//3 - 4, (w + 3)//5 - 4]");
    }

    [Fact]
    public void Shape_arithmetic_gives_products_and_sums()
    {
        var x = Input("x", Open("n"), 8, Open("h"), Open("w"));
        var rows = _graph.Add("Reshape", [x, Ints(0, 8, -1)], "rows");
        var joined = _graph.Add("Concat", [rows, _graph.Add("Slice", [rows, Ints(0), Ints(1), Ints(2)], "one")], "joined",
            new() { { "axis", 2L } });
        var all = _graph.Add("Reshape", [x, Ints(-1)], "all");

        ShapeOf(rows).ShouldBe("float32 [n, 8, h*w]");
        ShapeOf(joined).ShouldBe("float32 [n, 8, h*w + 1]");
        ShapeOf(all).ShouldBe("float32 [8*h*n*w]");
    }

    [Fact]
    public void A_product_of_names_that_stand_nowhere_alone_is_a_size()
    {
        var x = Input("x", Open("n"), Open("h*w"));
        var y = Input("y", Open("n"), Open("h*w"));

        ShapeOf(_graph.Add("Add", [x, y], "sum")).ShouldBe("float32 [n, ?]");
    }

    [Fact]
    public void A_reshape_to_extents_that_are_computed_from_shapes_is_followed()
    {
        var x = Input("x", Open("batch"), Open("sequence"), 32);
        var shape = _graph.Add("Shape", [x], "shape");
        Value Part(long index) =>
            _graph.Add("Unsqueeze",
                [_graph.Add("Gather", [shape, _graph.AddConstant(_graph.UniqueName("i"), Tensor.Scalar(index))], _graph.UniqueName("at")),
                    Ints(0)], _graph.UniqueName("part"));
        var heads = _graph.Add("Reshape",
            [x, _graph.Add("Concat", [Part(0), Part(1), Ints(4), Ints(8)], "wanted", new() { { "axis", 0L } })], "heads");
        var turned = _graph.Add("Transpose", [heads], "turned", new() { { "perm", new long[] { 0, 2, 1, 3 } } });

        ShapeOf(turned).ShouldBe("float32 [batch, 4, sequence, 8]");
    }

    [Fact]
    public void Names_of_inputs_may_be_sums_of_other_names()
    {
        var past = Input("past", Open("batch"), Open("past"), 4);
        var present = _graph.Add("Concat", [past, Input("x", Open("batch"), Open("sequence"), 4)], "present", new() { { "axis", 1L } });
        var masked = _graph.Add("Add", [present, Input("mask", Open("batch"), Open("past + sequence"), 1)], "masked");

        ShapeOf(masked).ShouldBe("float32 [batch, past + sequence, 4]");
    }

    [Fact]
    public void A_batch_that_only_works_as_1_is_tried_as_1_and_types_stay_known()
    {
        var x = Input("x", Open("batch"), 3, 8, 8);
        var conv = Conv(x, 4, 3, 1);
        var flat = _graph.Add("Reshape", [conv, Ints(1, 256)], "flat");
        var y = _graph.Add("MatMul", [flat, _graph.AddConstant("m", RandomTensors.Of(2, 256, 5))], "y");
        (y.Type, y.Shape, y.IsDeclared) = (DataType.Float32, new(Open("batch"), 5), true);

        ShapeOf(conv).ShouldBe("float32 [batch, 4, 8, 8]");
        ShapeOf(flat).ShouldBe("float32 [1, 256]");
        ShapeOf(y).ShouldBe("float32 [batch, 5]");
    }

    [Fact]
    public void Sizes_that_may_be_equal_or_1_leave_their_extents_open_and_a_declaration_of_them_stays()
    {
        var (a, b) = (_graph.Add("Relu", [Input("a", Open("n"), 4, Open("h"))], "ra"),
            _graph.Add("Relu", [Input("b", Open("m"), 4, Open("k"))], "rb"));
        var (sum, declared) = (_graph.Add("Add", [a, b], "sum"), _graph.Add("Sub", [a, b], "declared"));
        (declared.Type, declared.Shape, declared.IsDeclared) = (DataType.Float32, new(Open("n"), 4, Open("k")), true);

        ShapeOf(sum).ShouldBe("float32 [?, 4, ?]");
        ShapeOf(declared).ShouldBe("float32 [n, 4, k]");
        ShapeOf(b).ShouldBe("float32 [m, 4, k]");
    }

    [Fact]
    public void One_node_that_takes_no_shapes_leaves_only_what_follows_unknown_and_types_go_on()
    {
        var x = Input("x", Open("n"), 3, Open("h"), Open("w"));
        var good = _graph.Add("Relu", [x], "good");
        var impossible = _graph.Add("Reshape", [x, Ints(7, 11)], "impossible");
        var after = _graph.Add("Shape", [_graph.Add("Relu", [impossible], "behind")], "after");
        var classes = _graph.Add("ArgMax", [impossible], "classes");

        ShapeOf(good).ShouldBe("float32 [n, 3, h, w]");
        ShapeOf(impossible).ShouldBe("float32 [...]");
        ShapeOf(_graph.FindValue("behind")!).ShouldBe("float32 [...]");
        ShapeOf(after).ShouldBe("int64 [...]");
        ShapeOf(classes).ShouldBe("int64 [...]");
    }

    [Fact]
    public void An_input_of_any_rank_leaves_types()
    {
        var x = _graph.AddInput("x", DataType.Float32, null);
        var y = _graph.Add("Greater", [_graph.Add("Relu", [x], "relu"), _graph.AddConstant("zero", Tensor.Scalar(0f))], "y");

        ShapeOf(y).ShouldBe("bool [...]");
    }

    [Fact]
    public void A_declaration_that_is_wrong_is_replaced_and_one_that_is_right_stays()
    {
        var x = Input("x", Open("n"), 3, Open("height"), Open("width"));
        var (wrong, right) = (_graph.Add("Relu", [x], "wrong"), Conv(x, 4, 3, 2, ("strides", new long[] { 2, 2 })));
        (wrong.Type, wrong.Shape, wrong.IsDeclared) = (DataType.Float32, new(1, 3, Open("height"), Open("height")), true);
        (right.Type, right.Shape, right.IsDeclared) =
            (DataType.Float32, new(Open("n"), Open("classes"), Open("rows"), Open("columns")), true);

        ShapeOf(wrong).ShouldBe("float32 [n, 3, height, width]");
        // What the file calls an extent that nothing contradicts, people know by that name; a number says more than a name.
        ShapeOf(right).ShouldBe("float32 [n, 4, rows, columns]");
    }

    [Fact]
    public void What_a_cut_keeps_of_an_axis_is_no_number_if_short_axes_have_less()
    {
        var cut = _graph.Add("Slice", [Input("x", Open("n"), Open("length")), Ints(0), Ints(10), Ints(1)], "cut");

        ShapeOf(cut).ShouldBe("float32 [n, ?]");
    }

    [Fact]
    public void What_the_file_declares_behind_an_operator_nobody_knows_is_taken()
    {
        var x = Input("x", Open("n"), 3);
        var unknown = GraphSamples.AddNode(_graph, "Secret", [x], "unknown").Output;
        (unknown.Type, unknown.Shape, unknown.IsDeclared) = (DataType.Float32, new(Open("n"), 6), true);
        var y = _graph.Add("Concat", [unknown, x], "y", new() { { "axis", 1L } });

        ShapeOf(y).ShouldBe("float32 [n, 9]");
    }

    [Theory]
    [InlineData("n", "n")]
    [InlineData("past + 1", "past + 1")]
    [InlineData("b + 2*a*3 - b", "6*a")]
    [InlineData("w*h - 1", "h*w - 1")]
    [InlineData("floor(h/2)", null)]
    [InlineData("a + ", null)]
    public void Sums_of_products_are_read(string text, string? expected) => ExtentExpression.Parse(text)?.ToString().ShouldBe(expected);
}
