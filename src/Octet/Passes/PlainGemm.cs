using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Passes;

/// <summary>
/// Brings each Gemm with constant weights to the plain form <c>A · B + C</c> that runs in integers: factors go into the constants, a first
/// operand that lies crosswise is turned by a node of its own, and C has one number for each column. Any other C is added behind the
/// product.
/// </summary>
sealed class PlainGemm : IGraphPass
{
    public string Name => "plain-gemm";

    public int Apply(Graph graph)
    {
        var changed = 0;
        foreach (var node in graph.Find<Gemm>())
        {
            var gemm = (Gemm)node.Operator;
            if (node.Inputs[1]?.Constant is not { Type: DataType.Float32 } weight) continue;
            var columns = weight.Shape[gemm.TransposeB ? 0 : 1];
            var bias = node.InputOrNull(2);
            var isApart = bias is not null && (bias.Constant is not { Type: DataType.Float32 } addend || !IsRow(addend, columns));
            if (isApart && gemm.Beta != 1 && bias!.Constant is not { Type: DataType.Float32 }) continue;
            if (!isApart && gemm is { Alpha: 1, Beta: 1, TransposeA: false } && (bias is null || bias.Constant!.Shape == [columns]))
                continue;

            var data = node.Inputs[0]!;
            if (gemm.TransposeA)
            {
                data = graph.Add("Transpose", [data], $"{data.Name}_turned", new() { ["perm"] = new long[] { 1, 0 } }, before: node);
                (data.Type, data.Shape) =
                    (DataType.Float32, node.Inputs[0]!.Shape is { Rank: 2 } shape ? new(shape.Dimensions[1], shape.Dimensions[0]) : null);
            }
            List<Value?> inputs = [data, gemm.Alpha == 1 ? node.Inputs[1] : Scaled(node, node.Inputs[1]!, gemm.Alpha, weight.Shape)];
            if (bias is not null && !isApart) inputs.Add(Row(node, bias, gemm.Beta, columns));
            var attributes = new Attributes();
            if (gemm.TransposeB) attributes["transB"] = 1L;
            if (isApart)
            {
                var product = graph.Add("Gemm", inputs, $"{node.Output.Name}_product", attributes, before: node);
                (product.Type, product.Shape) = (DataType.Float32, node.Output.Shape);
                var added = gemm.Beta == 1 ? bias : Scaled(node, bias!, gemm.Beta, bias!.Constant!.Shape);
                UpgradeOpset.Renew(node, "Add", [product, added], []);
            }
            else UpgradeOpset.Renew(node, "Gemm", inputs, attributes);
            changed++;
        }
        return changed;
    }

    static bool IsRow(Tensor addend, int columns) => addend.Length == 1 || (addend.Length == columns && addend.Shape[^1] == columns);

    static Value Row(Node node, Value value, float factor, int columns)
    {
        var row = new Tensor(DataType.Float32, [columns]);
        var numbers = value.Constant!.Floats;
        for (var column = 0; column < columns; column++) row.Floats[column] = numbers[numbers.Length == 1 ? 0 : column] * factor;
        return node.Graph.AddConstant(node.Graph.UniqueName($"{value.Name}_plain"), row);
    }

    static Value Scaled(Node node, Value value, float factor, Shape shape) => node.Graph.AddConstant(
        node.Graph.UniqueName($"{value.Name}_plain"),
        Tensor.Of(shape, [.. value.Constant!.Floats.ToArray().Select(number => number * factor)]));
}
