using Octet.Exporting;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Planning;

/// <summary>Where Q/DQ stand for TensorRT, as its documents want them; TensorRT itself does not run here.</summary>
public sealed class TensorRtTargetTests
{
    [Fact]
    public void Quantizers_stand_in_front_of_layers_and_at_the_other_operand_of_a_residual_sum()
    {
        var plan = Planner.Plan(Residual(), Recipes.Fast.For(Target.TensorRt));

        // Behind the second convolution stands none: the sum joins it. Behind the sum none either: it is an output.
        plan.Groups.SelectMany(group => group.Values).Select(value => value.Name).ShouldBe(["x", "relu"], ignoreOrder: true);
        plan.Groups.ShouldAllBe(group => group.Spec == QuantizationSpec.Int8Symmetric);
        plan.Weights.Count.ShouldBe(2);
        plan.Weights.ShouldAllBe(weight => weight.Axis == 0);
        plan.Biases.ShouldBeEmpty();
        IntegerWork.Of(plan, sample: null)!.Share.ShouldBe(1);
    }

    [Fact]
    public void The_file_has_signed_integers_around_zero_and_biases_in_floats()
    {
        var model = new Model { Graph = Residual() };
        var samples = new GivenSample(new Dictionary<string, Tensor> { ["x"] = RandomTensors.Of(7, 1, 4, 6, 6) });

        var graph = Quantizer.Quantize(model, samples, new() { Recipe = Recipes.Fast.For(Target.TensorRt) }).Export().Graph;

        var quantizers = graph.Find<QuantizeLinear>();
        quantizers.Count.ShouldBe(2);
        foreach (var node in graph.Nodes.Where(node => node.Operator is QuantizeLinear or DequantizeLinear))
        {
            var zeroPoint = node.Inputs[2]!.Constant!;
            zeroPoint.Type.ShouldBe(DataType.Int8);
            zeroPoint.Bytes.ToArray().ShouldAllBe(element => element == 0);
        }
        foreach (var conv in graph.Find<Conv>()) conv.Inputs[2]!.Constant!.Type.ShouldBe(DataType.Float32);
    }

    [Fact]
    public void Other_integers_are_refused_with_what_to_set()
    {
        var recipe = Recipes.Fast.For(Target.TensorRt) with { Config = Recipes.Fast.Config };

        Should.Throw<PlanException>(() => recipe.PlanFor(new() { Graph = Residual() })).Message
            .ShouldContain("Let the recipe's activations be int8 symmetric");
    }

    static Graph Residual()
    {
        var graph = new Graph { Name = "residual", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, SymbolicShape.From([1, 4, 6, 6]));
        var relu = graph.Add("Relu", [Conv(x, "first")], "relu");
        graph.AddOutput(graph.Add("Add", [Conv(relu, "second"), relu], "sum"));
        ShapeInference.Annotate(graph);
        return graph;

        Value Conv(Value input, string name) => graph.Add("Conv",
            [input, graph.AddConstant($"{name}.w", RandomTensors.Of(1, 4, 4, 1, 1)),
                graph.AddConstant($"{name}.b", RandomTensors.Of(2, 4))],
            name);
    }

    sealed class GivenSample(IReadOnlyDictionary<string, Tensor> inputs) : Octet.Data.ISampleSource
    {
        public int Count => 1;

        public string NameOf(int index) => "sample";

        public Octet.Data.Sample Load(int index) => new(NameOf(index), inputs);
    }
}
