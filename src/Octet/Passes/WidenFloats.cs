using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>Makes the inside of a model that computes in float16 or bfloat16 between float32 inputs and outputs one of float32: every
/// element of the former is one of the latter.</summary>
/// <remarks>Models whose inputs or outputs are of 16 bits stay: what calls them knows them so. Results may differ by what 16 bits had
/// rounded off.</remarks>
sealed class WidenFloats : IGraphPass
{
    /// <summary>The attributes that say of which type an output is.</summary>
    static readonly string[] TypeAttributes = ["to", "dtype"];

    public string Name => "widen-floats";

    public int Apply(Graph graph)
    {
        if (graph.Inputs.Concat(graph.Outputs).Any(IsNarrow) || graph.Nodes.Any(node => node.Subgraphs().Any())) return 0;

        var narrow = graph.Constants.Where(constant => IsNarrow(constant) && !constant.IsGraphOutput).ToArray();
        var typed = graph.Nodes.Where(node => SaysNarrow(node.Attributes)).ToArray();
        if (narrow.Length + typed.Length == 0) return 0;

        foreach (var constant in narrow) constant.Constant = Widened(constant.Constant!);
        foreach (var node in typed) UpgradeOpset.Renew(node, node.OpType, node.Inputs, Widened(node.Attributes));
        foreach (var value in graph.Values.Where(IsNarrow)) value.Type = DataType.Float32;
        foreach (var cast in graph.Find<Cast>().Where(DoesNothing).ToArray())
        {
            graph.ReplaceUses(cast.Output, cast.Inputs[0]!);
            graph.Remove(cast);
        }
        return narrow.Length + typed.Length;
    }

    static bool IsNarrow(Value value) => IsNarrow(value.Type);

    static bool IsNarrow(DataType type) => type is DataType.Float16 or DataType.BFloat16;

    static bool SaysNarrow(Attributes attributes) =>
        TypeAttributes.Any(name => attributes.TryGet(name, out var type) && type is long number && IsNarrow((DataType)number))
        || attributes.Any(attribute => attribute.Value is Tensor tensor && IsNarrow(tensor.Type));

    static Attributes Widened(Attributes attributes)
    {
        var widened = new Attributes(attributes);
        foreach (var (name, value) in attributes)
        {
            if (value is Tensor tensor && IsNarrow(tensor.Type)) widened[name] = Widened(tensor);
            else if (TypeAttributes.Contains(name) && value is long number && IsNarrow((DataType)number))
                widened[name] = (long)DataType.Float32;
        }
        return widened;
    }

    static Tensor Widened(Tensor tensor)
    {
        var widened = new Tensor(DataType.Float32, tensor.Shape);
        new Cast(DataType.Float32, Saturate: true, PowerRounding.Up).Run([tensor], [widened]);
        return widened;
    }

    static bool DoesNothing(Node cast) =>
        cast is { Operator: Cast { To: DataType.Float32 }, Output.IsGraphOutput: false } && cast.Inputs[0] is { Type: DataType.Float32 };
}
