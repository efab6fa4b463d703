using Octet.Fuzz.Mutation;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Fuzz.Seeds;

/// <summary>Models of a few nodes with operators, operands and attributes as they come: most are refused, and every refusal has to be in
/// words.</summary>
static class NodeSeeds
{
    static readonly string[] OpTypes =
        [.. OperatorTable.Rows.Where(row => row.Domain.Length == 0).Select(row => row.OpType).Distinct().Order(StringComparer.Ordinal)];

    static readonly string[] Names =
        ["axis", "axes", "pads", "strides", "dilations", "kernel_shape", "group", "perm", "keepdims", "to", "mode", "alpha", "beta",
        "epsilon", "size", "blocksize", "k", "hidden_size", "direction", "auto_pad", "ceil_mode", "output_shape", "num_outputs", "split",
        "batch_dims", "exclusive", "reverse", "largest", "equation", "fmod", "transA", "spatial", "ratio", "starts", "ends", "scales",
        "value_ints"];

    public static byte[] Make(Random random)
    {
        var writer = new ModelWriter(random, random.Next(1, 24));
        var known = new List<string>
        {
            writer.Input("x", DataType.Float32, [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => (long)random.Next(-1, 5))]),
            writer.Constant([.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => (long)random.Next(1, 4))]),
            writer.Constant(),
            writer.Longs(
                [.. Enumerable.Range(0, random.Next(0, 4))
                    .Select(_ => random.Next(3) == 0 ? random.Pick(Palette.Numbers) : random.Next(-2, 4))]),
        };
        for (var nodes = random.Next(1, 4); nodes > 0; nodes--) known.Add(Node(writer, known, random));
        writer.Output(known[^1]);
        return writer.Bytes();
    }

    static string Node(ModelWriter writer, List<string> known, Random random)
    {
        var inputs = Enumerable.Range(0, random.Next(0, 6)).Select(_ => random.Next(10) == 0 ? "" : random.Pick(known)).ToArray();
        var output = writer.Add(random.Pick(OpTypes), inputs);
        var node = writer.Graph.Node[^1];
        foreach (var name in random.GetItems(Names, random.Next(0, 4)).Distinct())
        {
            node.Attribute.Add(random.Next(4) switch
            {
                0 => ModelWriter.Attribute(name, random.Next(2) == 0 ? random.Next(-1, 4) : random.Pick(Palette.Numbers)),
                1 => ModelWriter.Attribute(name, random.Pick(Palette.Reals)),
                2 => ModelWriter.Attribute(name, random.Pick(Palette.Words)),
                _ => ModelWriter.Attribute(name, [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => (long)random.Next(-1, 4))]),
            });
        }
        if (random.Next(5) == 0) node.Output.Add(writer.Next("more"));
        return output;
    }
}
