using Octet.Graphs;
using Octet.Lowering;
using Octet.Operators;
using Octet.Passes;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Tests.Passes;

public sealed class WrittenNormalizationTests
{
    readonly Graph _graph = new() { Name = "norm", Opsets = { [""] = 13 } };

    Value Number(float number) => _graph.AddConstant(_graph.UniqueName("c"), Tensor.Scalar(number));

    Value Channels(int seed) => _graph.AddConstant(_graph.UniqueName("channels"), RandomTensors.Positive(seed, 8));

    Value Mean(Value x, string name) => _graph.Add("ReduceMean", [x], name, new() { { "axes", new long[] { -1 } }, { "keepdims", 1L } });

    Value Input() => _graph.AddInput("x", DataType.Float32, new(1, 4, 8));

    Value Root(Value variance, string name = "root") =>
        _graph.Add("Sqrt", [_graph.Add("Add", [variance, Number(1e-5f)], $"{name}.sum")], name);

    /// <summary>(x − mean) / √(mean((x − mean)²) + ε) · scale + shift.</summary>
    Value LayerNormalization(Value x)
    {
        var centered = _graph.Add("Sub", [x, Mean(x, "mean")], "centered");
        var variance = Mean(_graph.Add("Pow", [centered, Number(2)], "square"), "variance");
        var scaled = _graph.Add("Mul", [_graph.Add("Div", [centered, Root(variance)], "quotient"), Channels(1)], "scaled");
        return _graph.Add("Add", [scaled, Channels(2)], "shifted");
    }

    /// <summary>x · (scale / √(mean(x²) − mean(x)² + ε)) + (shift − mean · …), as Keras exports it, with sums that are scaled.</summary>
    Value FromDifference(Value x)
    {
        Value MeanOf(Value of, string name) =>
            _graph.Add("Mul",
                [_graph.Add("ReduceSum", [of, _graph.AddConstant(_graph.UniqueName("axes"), Tensor.Vector([-1L]))], $"{name}.sum"),
                    Number(1f / 8)], name);
        var mean = MeanOf(x, "mean");
        var variance =
            _graph.Add("Sub", [MeanOf(_graph.Add("Mul", [x, x], "square"), "squares"), _graph.Add("Mul", [mean, mean], "squared")],
                "variance");
        var factor = _graph.Add("Mul",
            [_graph.Add("Reciprocal", [Root(_graph.Add("Relu", [variance], "positive"))], "inverse"), Channels(1)], "factor");
        var shift = _graph.Add("Sub", [Channels(2), _graph.Add("Mul", [mean, factor], "moved")], "shift");
        return _graph.Add("Add", [_graph.Add("Mul", [x, factor], "product"), shift], "shifted");
    }

    Value RootMeanSquare(Value x) =>
        _graph.Add("Mul",
            [_graph.Add("Mul",
                [x, _graph.Add("Reciprocal", [Root(Mean(_graph.Add("Pow", [x, Number(2)], "square"), "variance"))], "inverse")], "product"),
                Channels(1)], "scaled");

    Value LengthOne(Value x) =>
        _graph.Add("Div",
            [x, _graph.Add("Sqrt",
                [_graph.Add("ReduceSum", [_graph.Add("Mul", [x, x], "square"), _graph.AddConstant("axes", Tensor.Vector([-1L]))], "sum")],
                "root")], "quotient");

    Value Make(string kind, Value x) => kind switch
    {
        "layer" => LayerNormalization(x),
        "difference" => FromDifference(x),
        "root mean square" => RootMeanSquare(x),
        _ => LengthOne(x),
    };

    [Theory, InlineData("layer"), InlineData("difference"), InlineData("root mean square"), InlineData("length")]
    public void All_nodes_of_a_normalization_are_found_and_stay_in_floats(string kind)
    {
        var product = _graph.Add("MatMul", [Input(), _graph.AddConstant("w", RandomTensors.Of(3, 8, 8))], "product of weights");
        var normal = Make(kind, product);
        var after = _graph.Add("Add", [normal, product], "residual");
        _graph.AddOutput(_graph.Add("MatMul", [after, _graph.AddConstant("v", RandomTensors.Of(4, 8, 8))], "y"));
        ShapeInference.Annotate(_graph);

        var found = WrittenNormalization.In(_graph).ShouldHaveSingleItem();

        found.Input.ShouldBe(product);
        _graph.Nodes.Except(found.Nodes).Select(node => node.Output.Name).ShouldBe(["product of weights", "residual", "y"]);
        // The residual lies between products, and so stays in floats as all of transformers that is no product.
        Planner.Plan(_graph, Recipes.Fast).FloatNodes.ShouldBe(
            _graph.Nodes.Where(node => found.Nodes.Contains(node) || node.Output == after));
    }

    [Theory, InlineData("layer"), InlineData("difference"), InlineData("root mean square"), InlineData("length")]
    public void TIs_rule_rounds_what_a_normalization_makes_for_a_layer_and_none_of_its_parts(string kind)
    {
        var product = _graph.Add("MatMul", [Input(), _graph.AddConstant("w", RandomTensors.Of(3, 8, 8))], "product of weights");
        var normal = Make(kind, product);
        _graph.AddOutput(_graph.Add("MatMul", [normal, _graph.AddConstant("v", RandomTensors.Of(4, 8, 8))], "y"));
        ShapeInference.Annotate(_graph);

        TiPlaces.Find(_graph, new()).Select(place => place.Value.Name).ShouldBe(["x", "product of weights", normal.Name, "y"]);
    }

    [Fact]
    public void What_runs_as_one_operator_is_what_planning_recognizes()
    {
        _graph.AddOutput(LayerNormalization(Input()));
        var written = WrittenNormalization.In(_graph).ShouldHaveSingleItem();

        var chain = LayerNormalizationChain.Of(written, node => node.Operator is ReduceMean, value => value.IsGraphOutput)
            .ShouldNotBeNull();

        chain.Nodes.ToHashSet().ShouldBe(written.Nodes, ignoreOrder: true);
    }

    [Fact]
    public void Sums_that_only_normalizations_and_such_sums_read_stay_in_floats_with_them()
    {
        var x = Input();
        Value Product(Value of, string name, int seed) =>
            _graph.Add("MatMul", [of, _graph.AddConstant($"{name}.w", RandomTensors.Of(seed, 8, 8))], name);
        var first = _graph.Add("Add", [x, _graph.Add("Add", [Product(x, "branch", 3), Channels(4)], "biased")], "first");
        var second = _graph.Add("Add", [first, Product(RootMeanSquare(first), "other branch", 5)], "second");
        _graph.AddOutput(_graph.Add("Add", [Product(LayerNormalization(second), "head", 6), Channels(7)], "y"));
        ShapeInference.Annotate(_graph);

        var plan = Planner.Plan(_graph, Recipes.Fast);

        _graph.Nodes.Except(plan.FloatNodes).Select(node => node.Output.Name).ShouldBe(["branch", "other branch", "head"]);
        // A product leaves as floats, also where a bias is added to it.
        plan.Groups.SelectMany(group => group.Values).Select(value => value.Name)
            .ShouldBe(["x", "scaled", "shifted"], ignoreOrder: true);
    }

    [Fact]
    public void A_root_without_a_quotient_is_no_normalization()
    {
        _graph.AddOutput(Root(Mean(_graph.Add("Pow", [Input(), Number(2)], "square"), "energy")));

        WrittenNormalization.In(_graph).ShouldBeEmpty();
    }
}
