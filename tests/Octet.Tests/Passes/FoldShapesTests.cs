using Octet.Graphs;
using Octet.Operators;
using Octet.Passes;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Passes;

public sealed class FoldShapesTests
{
    readonly Graph _graph = new() { Name = "shapes", Opsets = { [""] = 13 } };

    Value Ints(params long[] numbers) => _graph.AddConstant(_graph.UniqueName("ints"), Tensor.Vector(numbers));

    Value Input(params Dimension[] dimensions) => _graph.AddInput("x", DataType.Float32, new(dimensions));

    /// <summary>An extent of x as an int64 [1].</summary>
    Value Extent(Value x, long axis) =>
        _graph.Add("Gather", [_graph.Add("Shape", [x], _graph.UniqueName("shape")), Ints(axis)], _graph.UniqueName("extent"));

    Value If(Value condition, Value x, string output)
    {
        Graph Branch(string name, string opType)
        {
            var branch = new Graph { Name = name, Opsets = { [""] = 13 } };
            branch.AddOutput(branch.Add("Neg", [branch.Add(opType, [branch.AddCaptured(x)], $"{name}.inside")], $"{name}.result"));
            return branch;
        }
        var attributes = new Attributes { { "then_branch", Branch("then", "Relu") }, { "else_branch", Branch("else", "Exp") } };
        return _graph.Add(new If(1), [condition], [_graph.NewValue(output)], attributes, name: "choice").Output;
    }

    [Fact]
    public void Extents_that_no_size_changes_become_constants_and_others_stay()
    {
        var x = Input(new(null, "n"), 6, new(null, "w"));
        var wanted = _graph.Add("Concat", [Extent(x, 0), _graph.Add("Mul", [Extent(x, 1), Ints(2)], "doubled"), Ints(-1)], "wanted",
            new() { { "axis", 0L } });
        _graph.AddOutput(_graph.Add("Reshape", [_graph.Add("Concat", [x, x], "joined", new() { { "axis", 1L } }), wanted], "y"));

        new FoldShapes().Apply(_graph);
        new RemoveUnused().Apply(_graph);

        GraphCheck.Check(_graph);
        _graph.Nodes.Select(node => node.OpType).ShouldBe(["Shape", "Gather", "Concat", "Concat", "Reshape"]);
        _graph.FindValue("doubled")!.Constant!.Longs.ToArray().ShouldBe([12]);
    }

    [Theory, InlineData(6, "Relu"), InlineData(5, "Exp")]
    public void A_branch_that_a_known_extent_decides_stands_in_the_place_of_the_If(long expected, string taken)
    {
        var x = Input(new(null, "n"), 6);
        var condition = _graph.Add("Squeeze", [_graph.Add("Equal", [Extent(x, 1), Ints(expected)], "equal")], "condition");
        var y = If(condition, x, "y");
        _graph.AddOutput(_graph.Add("Abs", [y], "z"));
        _graph.AddOutput(y);
        var sample = new Dictionary<string, Tensor> { ["x"] = RandomTensors.Of(1, 2, 6) };
        var before = new Session(_graph).Run(sample);

        PassPipeline.Prepare.Apply(_graph);

        _graph.Nodes.Select(node => node.OpType).ShouldBe([taken, "Neg", "Abs"]);
        var after = new Session(_graph).Run(sample);
        foreach (var name in new[] { "y", "z" }) after[name].Floats.ToArray().ShouldBe(before[name].Floats.ToArray());
    }

    [Fact]
    public void A_branch_that_a_size_decides_stays_one()
    {
        var x = Input(new(null, "n"), new(null, "w"));
        var y = If(_graph.Add("Squeeze", [_graph.Add("Less", [Extent(x, 1), Ints(100_000)], "small")], "condition"), x, "y");
        _graph.AddOutput(y);

        PassPipeline.Prepare.Apply(_graph);

        y.Producer!.Operator.ShouldBeOfType<If>();
    }

    [Fact]
    public void A_branch_inside_a_branch_and_one_that_only_hands_on_are_put_in_place_too()
    {
        var x = Input(2, 3);
        var yes = _graph.AddConstant("yes", Tensor.Scalar(true));
        var outer = new Graph { Name = "outer", Opsets = { [""] = 13 } };
        var seen = outer.AddCaptured(x);
        var inner = new Graph { Name = "inner", Opsets = { [""] = 13 } };
        inner.AddOutput(inner.AddCaptured(seen));
        var chosen = outer.Add(new If(1), [outer.AddCaptured(yes)], [outer.NewValue("chosen")],
            new() { { "then_branch", inner }, { "else_branch", inner } }, name: "inner choice").Output;
        outer.AddOutput(outer.Add("Relu", [chosen], "positive"));
        _graph.AddOutput(
            _graph.Add(new If(1), [yes], [_graph.NewValue("y")], new() { { "then_branch", outer }, { "else_branch", outer } },
                name: "choice").Output);

        PassPipeline.Prepare.Apply(_graph);

        _graph.Nodes.ShouldHaveSingleItem().OpType.ShouldBe("Relu");
        _graph.Outputs.ShouldHaveSingleItem().Name.ShouldBe("y");
    }
}
