using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Lowering;

/// <summary>Integers with the constants that give them their real values.</summary>
/// <param name="Integers">int8 or uint8.</param>
/// <param name="Scale">float32, one, or one for each channel.</param>
/// <param name="ZeroPoint">Null for 0.</param>
/// <param name="Type">Type of the integers.</param>
/// <param name="Axis">The axis that several scales lie along.</param>
sealed record QuantizedValue(Value Integers, Value Scale, Value? ZeroPoint, DataType Type, long Axis)
{
    /// <summary>Scale and zero point, where all elements share them.</summary>
    public StepWidth? Width => Scale.Constant!.Length == 1 ? StepWidth.Of(Scale.Constant, ZeroPoint?.Constant, Type) : null;

    /// <param name="node">QuantizeLinear or DequantizeLinear.</param>
    /// <param name="integers">The integers that it makes or reads.</param>
    /// <returns>Null where they have not 8 bits, or scale and zero point are not constant.</returns>
    public static QuantizedValue? Of(Node node, Value integers)
    {
        if (node.Inputs[1]!.Constant is not { Type: DataType.Float32, Length: > 0 } scale || scale.Floats.ContainsAny(0f, float.NaN))
        {
            return null;
        }
        var zeroPoint = node.InputOrNull(2);
        if (zeroPoint is { Constant: null } || zeroPoint is not null && zeroPoint.Constant!.Length != scale.Length) return null;
        var type = zeroPoint?.Constant!.Type ?? integers.Constant?.Type ?? (integers.Producer?.Operator as QuantizeLinear)?.OutputType;
        if (type is not (DataType.Int8 or DataType.UInt8)) return null;
        var axis = node.Operator switch
        {
            QuantizeLinear quantize => quantize.Axis,
            DequantizeLinear dequantize => dequantize.Axis,
            _ =>
            0
        };
        return new(integers, node.Inputs[1]!, zeroPoint, type.Value, axis);
    }

    /// <summary>Whether constants have a scale for each index of an axis.</summary>
    public bool IsAlong(int axis) =>
        Integers.Constant is { } constant && Scale.Constant!.Length > 1
            && Shape.NormalizeAxis(Axis, constant.Shape.Rank) == Shape.NormalizeAxis(axis, constant.Shape.Rank);

    /// <summary>The zero point as a value, where the graph leaves it out too.</summary>
    public Value ZeroPointOf(Graph graph) =>
        ZeroPoint ?? graph.AddConstant(graph.UniqueName($"{Integers.Name}_zero_point"), new Tensor(Type, Scale.Constant!.Shape));
}
