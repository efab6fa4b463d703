using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Takes apart what ONNX Runtime's optimizer joined in a file that it saved: layers with their activations, products with factors
/// and turned operands.</summary>
/// <remarks>Source: the operators FusedConv, FusedGemm and FusedMatMul of domain com.microsoft in ONNX Runtime's documentation of
/// contributed operators.</remarks>
sealed class Unfuse : IGraphPass
{
    static readonly string[] ActivationAttributes =
        ["activation", "activation_params", "activation_alpha", "activation_beta", "activation_gamma"];

    static readonly string[] ProductAttributes = ["alpha", "transA", "transB", "transBatchA", "transBatchB"];

    /// <summary>What each activation calls its parameters, in the order of the list.</summary>
    static readonly Dictionary<string, string[]> Parameters = new()
    {
        ["Relu"] = [],
        ["Tanh"] = [],
        ["Sigmoid"] = [],
        ["LeakyRelu"] = ["alpha"],
        ["HardSigmoid"] = ["alpha", "beta"],
        ["Clip"] = ["min", "max"],
    };

    public string Name => "unfuse";

    public int Apply(Graph graph) =>
        graph.Find<UnsupportedOperator>().Where(node => node.Domain == OperatorTable.OnnxRuntime).Count(node => node.OpType switch
        {
            "FusedConv" => UnfuseLayer(node, "Conv"),
            "FusedGemm" => UnfuseLayer(node, "Gemm"),
            "FusedMatMul" => UnfuseProduct(node),
            _ => false,
        });

    static bool UnfuseLayer(Node node, string opType)
    {
        var activation = node.Attributes.String("activation", fallback: "");
        if (activation.Length > 0 && !Parameters.ContainsKey(activation)) return false;

        var (graph, name) = (node.Graph, node.Output.Name);
        var attributes = new Attributes(node.Attributes);
        foreach (var attribute in ActivationAttributes) attributes.Remove(attribute);
        // A fourth input of a convolution is added before the activation.
        var addend = opType == "Conv" ? node.InputOrNull(3) : null;
        var inputs = node.Inputs.Take(3).ToList();
        while (inputs[^1] is null) inputs.RemoveAt(inputs.Count - 1);
        if (activation.Length == 0 && addend is null)
        {
            Replace(node, opType, inputs, attributes);
            return true;
        }
        var sum = Typed(graph.Add(opType, inputs, $"{name}_unfused", attributes, before: node), node);
        if (activation.Length == 0)
        {
            Replace(node, "Add", [sum, addend], []);
            return true;
        }
        if (addend is not null) sum = Typed(graph.Add("Add", [sum, addend], $"{name}_sum", before: node), node);
        Activate(node, activation, sum);
        return true;
    }

    static void Activate(Node node, string activation, Value sum)
    {
        var list = node.Attributes.FloatsOrNull("activation_params") ?? [];
        var given = Parameters[activation]
            .Select((name, place) => (Name: name, Number: place < list.Length ? list[place] : Single(node, place)))
            .Where(entry => entry.Number is not null).ToArray();
        if (activation == "Clip" && node.Graph.Opset >= 11)
        {
            Replace(node, activation,
                [sum, .. given.Select(
                    entry => node.Graph.AddConstant(node.Graph.UniqueName($"{node.Output.Name}.{entry.Name}"),
                        Tensor.Scalar(entry.Number!.Value)))], []);
            return;
        }
        var attributes = new Attributes();
        foreach (var (name, number) in given) attributes[name] = number!.Value;
        Replace(node, activation, [sum], attributes);
    }

    /// <summary>FusedGemm has an attribute for each parameter in the place of a list.</summary>
    static float? Single(Node node, int place) =>
        (place == 0 ? "activation_alpha" : "activation_beta") is var name && node.Attributes.Has(name) ? node.Attributes.Float(name) : null;

    static bool UnfuseProduct(Node node)
    {
        if (node.Attributes.Flag("transBatchA") || node.Attributes.Flag("transBatchB")) return false;
        var operands = new Value?[] { node.Inputs[0], node.Inputs[1] };
        string[] turns = ["transA", "transB"];
        if (turns.Select((turn, i) => node.Attributes.Flag(turn) && operands[i]?.Shape is null).Any(isOpen => isOpen)) return false;

        for (var i = 0; i < turns.Length; i++)
        {
            if (!node.Attributes.Flag(turns[i]) || operands[i]!.Shape is not { Rank: > 1 and var rank }) continue;
            long[] order = [.. Enumerable.Range(0, rank - 2).Select(axis => (long)axis), rank - 1, rank - 2];
            operands[i] =
                Typed(node.Graph.Add("Transpose", [operands[i]], $"{operands[i]!.Name}_turned", new() { ["perm"] = order }, before: node),
                    node);
        }
        var attributes = new Attributes(node.Attributes);
        foreach (var attribute in ProductAttributes) attributes.Remove(attribute);
        var factor = node.Attributes.Float("alpha", fallback: 1);
        if (factor == 1)
        {
            Replace(node, "MatMul", operands, attributes);
            return true;
        }
        var scale = node.Graph.AddConstant(node.Graph.UniqueName($"{node.Output.Name}.alpha"), Tensor.Scalar(factor));
        if (node.Inputs[1]?.Constant is not null)
        {
            operands[1] = Typed(node.Graph.Add("Mul", [operands[1], scale], $"{node.Inputs[1]!.Name}_scaled", before: node), node);
            Replace(node, "MatMul", operands, attributes);
            return true;
        }
        var product = Typed(node.Graph.Add("MatMul", operands, $"{node.Output.Name}_unscaled", attributes, before: node), node);
        Replace(node, "Mul", [product, scale], []);
        return true;
    }

    static void Replace(Node node, string opType, IEnumerable<Value?> inputs, Attributes attributes) =>
        Rewiring.Replace(node, OperatorTable.Create("", opType, node.Graph.Opset, attributes), inputs.OfType<Value>(),
            attributes: attributes);

    static Value Typed(Value value, Node node)
    {
        value.Type = node.Output.Type;
        return value;
    }
}
