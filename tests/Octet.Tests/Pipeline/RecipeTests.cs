using Octet.Calibration.Methods;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Pipeline;

/// <summary>What recipes change in the plan of a small network: x → stem → relu → body → pool → head.</summary>
public sealed class RecipeTests
{
    static readonly QuantizationSpec Int16 = new(16, Signed: true, Symmetric: true);

    static Graph Network()
    {
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4, 6, 6));
        var relu = graph.Add("Relu", [Conv(graph, x, "stem")], "relu");
        var pool = graph.Add("MaxPool", [Conv(graph, relu, "body")], "pool", new() { ["kernel_shape"] = new long[] { 2, 2 } });
        graph.AddOutput(Conv(graph, pool, "head"));
        ShapeInference.Annotate(graph);
        return graph;
    }

    static Value Conv(Graph graph, Value x, string name) =>
        graph.Add("Conv",
            [x, graph.AddConstant($"{name}.w", RandomTensors.Of(1, 4, 4, 1, 1)), graph.AddConstant($"{name}.b", RandomTensors.Of(2, 4))],
            name);

    static QuantizationPlan Plan(Recipe recipe) => Planner.Plan(Network(), recipe);

    static string[] Integers(QuantizationPlan plan) =>
        [.. plan.Groups.SelectMany(group => group.Values).Select(value => value.Name),
            .. plan.Weights.Select(weight => weight.Weight.Name)];

    static Recipe With(params (string Match, QConfigChange Change)[] overrides) =>
        Recipes.Fast with { Overrides = [.. overrides.Select(entry => new QConfigOverride(entry.Match, entry.Change))] };

    [Fact]
    public void By_default_every_layer_becomes_integers() =>
        Integers(Plan(Recipes.Fast)).ShouldBe(["x", "relu", "body", "pool", "head", "stem.w", "body.w", "head.w"]);

    [Theory]
    [InlineData("body")]
    [InlineData("bo*")]
    [InlineData("?ody")]
    public void An_excluded_layer_keeps_float_weights_while_its_neighbours_still_read_and_give_integers(string match)
    {
        var plan = Plan(Recipes.Fast.Excluding([match]));

        Integers(plan).ShouldBe(["x", "relu", "pool", "head", "stem.w", "head.w"], ignoreOrder: true);
        plan.Biases.Count.ShouldBe(2);
    }

    [Fact]
    public void An_excluded_layer_takes_the_activation_that_is_joined_to_it_with_it() =>
        Integers(Plan(Recipes.Fast.Excluding(["stem"]))).ShouldBe(["relu", "body", "pool", "head", "body.w", "head.w"]);

    [Fact]
    public void All_operators_of_a_type_can_be_excluded() =>
        Integers(Plan(Recipes.Fast.Excluding(["Conv"]))).ShouldBeEmpty();

    [Fact]
    public void What_matches_nothing_is_reported_with_the_closest_name()
    {
        var problem = Should.Throw<PlanException>(() => Plan(Recipes.Fast.Excluding(["bodi", "Cnov", "body"])));

        problem.Message.ShouldContain("'bodi' (did you mean 'body'?), 'Cnov'");
        problem.Message.ShouldNotContain("'body',");
    }

    [Fact]
    public void An_override_changes_integers_and_method_of_what_it_names_alone()
    {
        var plan = Plan(
            With(("body", new() { Activations = Int16, ActivationMethod = new MinMaxMethod(), Weights = QuantizationSpec.Int8Symmetric })));

        foreach (var group in plan.Groups)
        {
            var isBody = group.Values[0].Name == "body";
            group.Spec.ShouldBe(isBody ? Int16 : QuantizationSpec.UInt8);
            if (!group.Values[0].IsGraphOutput) (group.Method is MinMaxMethod).ShouldBe(isBody);
        }
        plan.Weights.Select(weight => weight.Axis).ShouldBe([0, null, 0]);
    }

    [Fact]
    public void A_layer_with_a_joined_activation_is_changed_at_the_activations_output() =>
        Plan(With(("stem", new() { Activations = Int16 }))).Groups.Single(group => group.Values[0].Name == "relu").Spec.ShouldBe(Int16);

    [Fact]
    public void The_later_override_wins() =>
        Integers(Plan(With(("Conv", QConfigChange.StayFloat), ("body", new() { Activations = Int16 }))))
        .ShouldBe(["relu", "body", "pool", "body.w"], ignoreOrder: true);

    [Fact]
    public void The_first_and_the_last_layer_can_differ_from_the_rest()
    {
        var plan = Plan(Recipes.Fast with { FirstLayer = new() { Activations = Int16 }, LastLayer = QConfigChange.StayFloat });

        Integers(plan).ShouldBe(["x", "relu", "body", "pool", "stem.w", "body.w"], ignoreOrder: true);
        plan.Groups.Where(group => group.Spec == Int16).SelectMany(group => group.Values).Select(value => value.Name)
            .ShouldBe(["x", "relu"]);
    }

    [Fact]
    public void Outputs_can_stay_in_floats() =>
        Integers(Plan(Recipes.Fast with { FloatOutputs = true })).ShouldBe(["x", "relu", "body", "pool", "stem.w", "body.w", "head.w"]);

    [Fact]
    public void Outputs_saturate_only_where_the_recipe_lets_them()
    {
        Plan(Recipes.Fast).Groups[^1].Method.ShouldBeOfType<MinMaxMethod>();
        Plan(Recipes.Fast with { SaturateOutputs = true }).Groups[^1].Method.ShouldBeOfType<PercentileMethod>();
    }
}
