using Octet.Graphs;
using Octet.Onnx.Schema;
using Octet.Operators;
using Kind = Octet.Onnx.Schema.AttributeProto.Types.AttributeType;

namespace Octet.Tests.Onnx;

[Trait("Cpu", "any")]
public sealed class FunctionInlinerTests
{
    [Fact]
    public void A_call_becomes_the_nodes_of_the_function()
    {
        var function = Function("Twice", ["i"], ["o"], Protos.Node("Neg", ["i"], ["m"]), Protos.Node("Add", ["m", "i"], ["o"]));

        Inlined([function], ["y", "z"], Call("Twice", ["x"], ["y"]), Call("Twice", ["y"], ["z"])).ShouldBe("""
            graph graph (opset 13)
              in  x: float32 [2]
              Twice_node/m = Neg(x)
              y = Add(Twice_node/m, x)
              Twice_node_2/m = Neg(y)
              z = Add(Twice_node_2/m, y)
              out y: float32 [2]
              out z: float32 [2]

            """);
    }

    [Fact]
    public void Functions_may_call_functions()
    {
        var inner = Function("Inner", ["i"], ["o"], Protos.Node("Neg", ["i"], ["o"]));
        var outer = Function("Outer", ["i"], ["o"], Call("Inner", ["i"], ["m"]), Call("Inner", ["m"], ["o"]));

        Inlined([outer, inner], ["y"], Call("Outer", ["x"], ["y"])).ShouldBe("""
            graph graph (opset 13)
              in  x: float32 [2]
              Outer_node/m = Neg(x)
              y = Neg(Outer_node/m)
              out y: float32 [2]

            """);
    }

    [Fact]
    public void Attributes_come_from_the_call_or_the_default_or_stay_away()
    {
        var function = Function("F", ["i"], ["o"], Protos.Node(
            "Op", ["i"], ["o"],
            Protos.Reference("given", Kind.Float, "a"), Protos.Reference("default", Kind.Int, "b"),
            Protos.Reference("absent", Kind.Int, "c"), Protos.Attribute("own", 4L)));
        function.Attribute.Add(["a", "c"]);
        function.AttributeProto.Add(Protos.Attribute("b", 7L));

        Inlined([function], ["y"], Call("F", ["x"], ["y"], Protos.Attribute("a", 0.5f)))
            .ShouldContain("y = Op(x) {given: 0.5, default: 7, own: 4}");
    }

    [Fact]
    public void References_are_followed_through_calls_and_bodies()
    {
        var body = Protos.Graph([], ["v"], Protos.Node("Op", ["i"], ["v"], Protos.Reference("k", Kind.Int, "inner")));
        var inner = Function("Inner", ["i"], ["o"], Protos.Node("Maybe", ["i"], ["o"], Protos.Attribute("then_branch", body)));
        var outer = Function("Outer", ["i"], ["o"], Call("Inner", ["i"], ["o"], Protos.Reference("inner", Kind.Int, "outer")));

        Inlined([inner, outer], ["y"], Call("Outer", ["x"], ["y"], Protos.Attribute("outer", 3L))).ShouldBe("""
            graph graph (opset 13)
              in  x: float32 [2]
              y = Maybe(x) {then_branch: graph graph}
                graph graph (opset 13)
                  Outer_node/Inner_node/v = Op(x) {k: 3}
                  out Outer_node/Inner_node/v: float32 [2]
              out y: float32 [2]

            """);
    }

    [Fact]
    public void Names_in_bodies_hide_those_around_them()
    {
        var body = Protos.Graph(["m"], ["n"], Protos.Node("Neg", ["m"], ["n"]));
        var function =
            Function("F", ["i"], ["o"], Protos.Node("Exp", ["i"], ["m"]),
                Protos.Node("Loop", ["m"], ["o"], Protos.Attribute("body", body)));

        Inlined([function], ["y"], Call("F", ["x"], ["y"])).ShouldBe("""
            graph graph (opset 13)
              in  x: float32 [2]
              F_node/m = Exp(x)
              y = Loop(F_node/m) {body: graph graph}
                graph graph (opset 13)
                  in  F_node/m_1: float32 [2]
                  F_node/n = Neg(F_node/m_1)
                  out F_node/n: float32 [2]
              out y: float32 [2]

            """);
    }

    [Fact]
    public void Names_that_are_taken_are_avoided()
    {
        var function = Function("F", ["i"], ["o"], Protos.Node("Neg", ["i"], ["m"]), Protos.Node("Neg", ["m"], ["o"]));

        Inlined([function], ["y"], Protos.Node("Exp", ["x"], ["F_node/m"]), Call("F", ["F_node/m"], ["y"]))
            .ShouldContain("F_node/m_1 = Neg(F_node/m)");
    }

    [Fact]
    public void An_output_that_is_an_input_is_copied()
    {
        var function = Function("F", ["i"], ["i", "o", "o"], Protos.Node("Neg", ["i"], ["o"]));

        var text = Inlined([function], ["p", "q", "r"], Call("F", ["x"], ["p", "q", "r"]));

        text.ShouldContain("q = Neg(x)");
        text.ShouldContain("p = Identity(x)");
        text.ShouldContain("r = Identity(q)");
    }

    [Fact]
    public void Optional_inputs_and_outputs_may_be_left_out()
    {
        var function = Function("F", ["i", "j", "k"], ["o", "p"], Protos.Node("Op", ["i", "j", "k"], ["o", "p"]));

        Inlined([function], ["y"], Call("F", ["x", ""], ["", "y"])).ShouldContain("F_node/o, y = Op(x, _, _)");
    }

    [Fact]
    public void Types_of_values_inside_come_along()
    {
        var function = Function("F", ["i"], ["o"], Protos.Node("Neg", ["i"], ["m"]), Protos.Node("Neg", ["m"], ["o"]));
        function.ValueInfo.Add(Protos.Info("m", 7, 5));

        var graph = Model([function], ["y"], Call("F", ["x"], ["y"])).Read().Graph;

        graph.FindValue("F_node/m").ShouldNotBeNull().ToString().ShouldBe("F_node/m: int64 [5]");
    }

    [Fact]
    public void Only_operator_sets_in_use_are_left()
    {
        var function = Function("F", ["i"], ["o"], Protos.Node("Neg", ["i"], ["o"]));
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });

        var graph = Model([function], ["y"], Call("F", ["x"], ["y"])).Read().Graph;

        graph.Opsets.ShouldBe(new Dictionary<string, int> { [""] = 13, ["com.microsoft"] = 1 });
    }

    [Fact]
    public void Another_opset_is_fine_where_operators_mean_the_same()
    {
        var function = Function("F", ["i"], ["o"], Protos.Node("HardSigmoid", ["i"], ["o"]));
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });

        Model([function], ["y"], Call("F", ["x"], ["y"])).Read().Graph.Nodes.Single().Operator.ShouldBeOfType<HardSigmoid>();
    }

    [Fact]
    public void Another_opset_is_refused_where_operators_may_differ()
    {
        var function = Function("F", ["i"], ["o"], Protos.Node("Mystery", ["i"], ["o"]));
        function.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 17 });

        Model([function], ["y"], Call("F", ["x"], ["y"])).Refused()
            .ShouldContain("uses opset 17 of domain '' and the model 13, in which Mystery may mean something else");
    }

    [Fact]
    public void Functions_that_come_back_to_themselves_are_refused()
    {
        var a = Function("A", ["i"], ["o"], Call("B", ["i"], ["o"]));
        var b = Function("B", ["i"], ["o"], Call("A", ["i"], ["o"]));

        Model([a, b], ["y"], Call("A", ["x"], ["y"])).Refused()
            .ShouldContain("functions call each other in a circle: function 'local:A' → function 'local:B' → function 'local:A'");
    }

    [Fact]
    public void Functions_that_multiply_without_bound_are_refused_soon()
    {
        var bomb = Enumerable.Range(0, 30)
            .Select(level => Function($"F{level}", ["i"], ["o"], Call($"F{level + 1}", ["i"], ["m"]), Call($"F{level + 1}", ["m"], ["o"])));
        var model = Model([.. bomb, Function("F30", ["i"], ["o"], Protos.Node("Neg", ["i"], ["o"]))], ["y"], Call("F0", ["x"], ["y"]));

        ThreadClock.Within(TimeSpan.FromSeconds(5), () => model.Refused()).ShouldContain("multiply");
    }

    [Fact]
    public void Functions_that_multiply_data_without_bound_are_refused()
    {
        var heavy = Protos.Node("Constant", [], ["o"],
            new AttributeProto { Name = "value", Type = Kind.Tensor, T = Protos.Raw("", 2, new byte[1 << 20], 1 << 20) });
        var calls = Enumerable.Range(0, 400).Select(i => Call("F", [], [$"y{i}"])).ToArray();

        Model([Function("F", [], ["o"], heavy)], ["y0"], calls).Refused().ShouldContain("far more data than the file has");
    }

    [Fact]
    public void A_long_chain_of_functions_is_refused()
    {
        var chain = Enumerable.Range(0, 5000).Select(level => Function($"F{level}", ["i"], ["o"], Call($"F{level + 1}", ["i"], ["o"])));

        Model([.. chain], ["y"], Call("F0", ["x"], ["y"])).Refused().ShouldContain("more than 32 deep");
    }

    [Fact]
    public void A_call_with_too_many_inputs_is_refused() =>
        Model([Function("F", ["i"], ["o"], Protos.Node("Neg", ["i"], ["o"]))], ["y"], Call("F", ["x", "x"], ["y"])).Refused()
            .ShouldContain("'F_node' calls function 'local:F' with 2 inputs and 1 outputs, but it has 1 and 1");

    [Fact]
    public void A_function_that_is_defined_twice_is_refused()
    {
        var function = Function("F", ["i"], ["o"], Protos.Node("Neg", ["i"], ["o"]));

        Model([function, function.Clone()], ["y"], Call("F", ["x"], ["y"])).Refused().ShouldContain("function 'local:F' is defined twice");
    }

    [Fact]
    public void A_function_that_reads_what_it_does_not_have_is_refused() =>
        Model([Function("F", ["i"], ["o"], Protos.Node("Add", ["i", "x"], ["o"]))], ["y"], Call("F", ["x"], ["y"])).Refused()
            .ShouldContain("reads 'F_node/x', which nothing in the model makes");

    static FunctionProto Function(string name, string[] inputs, string[] outputs, params NodeProto[] nodes) =>
        new() { Name = name, Domain = "local", Input = { inputs }, Output = { outputs }, Node = { nodes } };

    static NodeProto Call(string name, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        var node = Protos.Node(name, inputs, outputs, attributes);
        node.Domain = "local";
        return node;
    }

    static ModelProto Model(FunctionProto[] functions, string[] outputs, params NodeProto[] nodes)
    {
        var model = Protos.Model(Protos.Graph(["x"], outputs, nodes), functions);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "local", Version = 1 });
        return model;
    }

    static string Inlined(FunctionProto[] functions, string[] outputs, params NodeProto[] nodes) =>
        GraphText.Write(Model(functions, outputs, nodes).Read().Graph);
}
