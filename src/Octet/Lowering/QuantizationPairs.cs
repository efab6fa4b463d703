using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>
/// Makes each <see cref="QuantizeLinear"/> with the <see cref="DequantizeLinear"/> behind it one <see cref="FakeQuantize"/>, which computes
/// the same bits and needs no integers between: so that an exported file runs as the simulation did.
/// </summary>
static class QuantizationPairs
{
    /// <param name="graph">Changed in place.</param>
    /// <param name="infos">What is known of its values.</param>
    /// <param name="watched">Values that must be made.</param>
    public static void Fuse(Graph graph, IReadOnlyDictionary<Value, TensorInfo> infos, IReadOnlySet<Value> watched)
    {
        foreach (var quantize in graph.Find<QuantizeLinear>())
        {
            if (quantize.Outputs is not [{ } integers]) continue;
            Value? rounded = null;
            foreach (var dequantize in integers.Consumers.Where(consumer => consumer is { Operator: DequantizeLinear, Outputs: [not null] })
                .ToArray())
            {
                if (ParametersOf(quantize, dequantize, infos) is not { } parameters) continue;
                if (rounded is not null && !IsSeen(dequantize.Output)) Merge(dequantize, rounded);
                else
                {
                    rounded = dequantize.Output;
                    Rewiring.Replace(dequantize, new FakeQuantize(parameters), [quantize.Inputs[0]!], FakeQuantize.DomainName);
                }
            }
            if (integers.Consumers.Count == 0 && !IsSeen(integers)) graph.Remove(quantize);
        }

        bool IsSeen(Value value) => value.IsGraphOutput || watched.Contains(value);

        void Merge(Node dequantize, Value rounded)
        {
            graph.ReplaceUses(dequantize.Output, rounded);
            graph.Remove(dequantize);
        }
    }

    /// <summary>The parameters that both nodes have; null if they differ, or if the integers are not plain ones of at most 16
    /// bits.</summary>
    static QuantizationParameters? ParametersOf(Node quantize, Node dequantize, IReadOnlyDictionary<Value, TensorInfo> infos)
    {
        var (forth, back) = ((QuantizeLinear)quantize.Operator, (DequantizeLinear)dequantize.Operator);
        if (dequantize.Inputs[0] != quantize.Output || forth.BlockSize != 0 || back.BlockSize != 0
                || back.OutputType is not (null or DataType.Float32)) return null;
        if (!infos.TryGetValue(quantize.Inputs[0]!, out var x) || x.Type != DataType.Float32
                || !infos.TryGetValue(quantize.Output, out var integers)) return null;
        if (SpecOf(integers.Type) is not { } spec || ScalesOf(quantize) is not { } scales || ScalesOf(dequantize) is not { } same)
            return null;
        if (!scales.Bytes.SequenceEqual(same.Bytes)) return null;
        if (ZeroPointsOf(quantize, scales, integers.Type) is not { } zeroPoints
                || ZeroPointsOf(dequantize, scales, integers.Type)?.SequenceEqual(zeroPoints) != true) return null;
        if (scales.Length == 1) return new(spec, [scales.Floats[0]], [.. zeroPoints]);

        if (!x.Shape.IsKnown || AxisOf(forth.Axis, x.Shape) is not { } axis || AxisOf(back.Axis, x.Shape) != axis
                || x.Shape[axis] != scales.Length) return null;
        return new(spec, [.. scales.Floats], [.. zeroPoints], axis);
    }

    /// <summary>Integers that use all of their type, as those of ONNX do.</summary>
    static QuantizationSpec? SpecOf(DataType type) => type switch
    {
        DataType.UInt16 or DataType.UInt8 or DataType.UInt4 or DataType.UInt2 => new(type.BitsInFile, Signed: false, Symmetric: false),
        DataType.Int16 or DataType.Int8 or DataType.Int4 or DataType.Int2 => new(type.BitsInFile, Signed: true, Symmetric: false),
        _ => null,
    };

    static Tensor? ScalesOf(Node node) =>
        node.Inputs[1]!.Constant is { Type: DataType.Float32, Length: > 0 } scales && (scales.Length == 1 || scales.Shape.Rank == 1)
        ? scales : null;

    static int[]? ZeroPointsOf(Node node, Tensor scales, DataType type)
    {
        if (node.InputOrNull(2) is not { } input) return new int[scales.Length];
        if (input.Constant is not { } constant || constant.Type != type || constant.Length != scales.Length) return null;
        var zeroPoints = new Tensor(DataType.Int32, constant.Shape);
        TypeConversion.Convert(constant, zeroPoints);
        return zeroPoints.AsSpan<int>().ToArray();
    }

    static int? AxisOf(long axis, Shape shape) => axis >= -shape.Rank && axis < shape.Rank ? Shape.NormalizeAxis(axis, shape.Rank) : null;
}
