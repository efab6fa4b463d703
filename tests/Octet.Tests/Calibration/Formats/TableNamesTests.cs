using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Tests.Calibration.Formats;

public sealed class TableNamesTests
{
    /// <summary>images → Conv "first" → Relu → Gemm → scores; the names of values are a, b, c.</summary>
    static Graph Network()
    {
        var graph = new Graph { Name = "network", Opsets = { [""] = 13 } };
        var images = graph.AddInput("images", DataType.Float32, new(1, 2, 4, 4));
        var convolved = graph.Add("Conv", [images, graph.AddConstant("w", Ones(3, 2, 1, 1))], "a");
        convolved.Producer!.Name = "first";
        var positive = graph.Add("Relu", [convolved], "b");
        var flat = graph.Add("Flatten", [positive], "c");
        graph.AddOutput(graph.Add("Gemm", [flat, graph.AddConstant("v", Ones(48, 5))], "scores"));
        ShapeInference.Annotate(graph);
        return graph;
    }

    static Tensor Ones(params int[] extents)
    {
        var tensor = new Tensor(DataType.Float32, Shape.From([.. extents]));
        tensor.Floats.Fill(1);
        return tensor;
    }

    [Fact]
    public void A_file_of_each_naming_comes_back_with_the_names_of_the_model()
    {
        var graph = Network();
        var table = new CalibrationTable
        {
            Ranges = new Dictionary<string, ValueRange> { ["images"] = new(-1, 1), ["b"] = new(0, 6) },
            Thresholds = new Dictionary<string, float> { ["images"] = 1, ["b"] = 5 },
            WeightScales = new Dictionary<string, IReadOnlyList<float>> { ["w"] = [0.5f, 0.25f, 1] },
        };

        var byOperator = TableNames.ToFile(table, graph, TableNaming.ValueAndOperator);
        var byLayer = TableNames.ToFile(table, graph, TableNaming.Layers);

        byOperator.Thresholds.Keys.ShouldBe(["images", "b_Relu"]);
        TableNames.ToModel(byOperator, graph, out var unknown).Ranges.ShouldBe(table.Ranges);
        unknown.ShouldBeEmpty();
        byLayer.InputThresholds.ShouldHaveSingleItem().ShouldBe(new("first", 1));
        byLayer.WeightScales.Keys.ShouldBe(["first"]);
        TableNames.ToModel(byLayer, graph, out unknown).WeightScales["w"].ShouldBe([0.5f, 0.25f, 1]);
        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void What_the_model_lacks_and_what_the_table_lacks_is_listed_together()
    {
        var plan = Planner.Plan(Network(), Recipes.Fast);
        var table = new CalibrationTable { Thresholds = new Dictionary<string, float> { ["images"] = 1, ["d_Relu"] = 5, ["other"] = 1 } };

        var problem = Should.Throw<CalibrationTableException>(() => new TableRanges(table, plan, new("table.cache"))).Message;

        problem.ReplaceLineEndings("\n")
            .ShouldStartWith("The calibration table 'table.cache' does not fit the model:\n  2 value(s) of the model are not in it:\n    "
                + "b\n    c\n  2 name(s) in it are not in the model:\n    d_Relu\n    other\n");
    }

    [Fact]
    public void A_partial_table_leaves_the_rest_in_floats()
    {
        var plan = Planner.Plan(Network(), Recipes.Fast);
        var table = new CalibrationTable { Thresholds = new Dictionary<string, float> { ["images"] = 1 } };

        var ranges = new TableRanges(table, plan, new("table.cache", IsPartial: true));

        ranges.Plan.Groups.ShouldHaveSingleItem().Values[0].Name.ShouldBe("images");
        ranges.RangeOf(ranges.Plan.Groups[0]).ShouldBe(ValueRange.Symmetric(1));
    }

    [Fact]
    public void Thresholds_without_a_sign_waste_no_integers_behind_a_Relu()
    {
        var plan = Planner.Plan(Network(), Recipes.Fast);
        var table = new CalibrationTable { Thresholds = new Dictionary<string, float> { ["images"] = 1, ["b"] = 5, ["c"] = 5 } };

        var ranges = new TableRanges(table, plan, new("table.cache"));

        plan.Groups.Select(ranges.RangeOf).ShouldBe([new(-1, 1), new(0, 5)]);
    }

    [Fact]
    public void A_tpu_mlir_table_gives_thresholds_with_the_sign_of_what_was_seen_or_else_the_extremes()
    {
        var plan = Planner.Plan(Network(), Recipes.Fast);
        var table = new TpuMlirFormat().Read("images 2.0 -3.0 2.5\nb_Relu 5.0 0.0 6.0\n");

        var symmetric = new TableRanges(table, plan, new("t"));
        var asymmetric = new TableRanges(table, plan, new("t", Asymmetric: true));
        var one = new TableRanges(table with { AsymmetricValues = ["images"] }, plan, new("t"));

        plan.Groups.Select(symmetric.RangeOf).ShouldBe([new(-2, 2), new(0, 5)]);
        plan.Groups.Select(asymmetric.RangeOf).ShouldBe([new(-3, 2.5f), new(0, 6)]);
        plan.Groups.Select(one.RangeOf).ShouldBe([new(-3, 2.5f), new(0, 5)]);
    }

    [Fact]
    public void Scales_of_weights_in_the_table_are_used()
    {
        var graph = Network();
        var plan = Planner.Plan(graph, Recipes.Fast);
        var table = new NcnnFormat().Read("first_param_0 2 4 inf\nfirst 127\n");

        var ranges = new TableRanges(table, plan, new("ncnn.table"));
        var model = new QuantizedModel(new() { Graph = graph }, ranges.Plan, ranges.RangeOf, ranges.ScalesOf);

        model.WeightOf(plan.Weights[0]).Scales.ShouldBe([0.5f, 0.25f, 1f / 127]);
        model.Simulate().Find<FakeQuantize>().Count.ShouldBe(3);
    }
}
