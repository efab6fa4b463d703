using Octet.Kernels;
using Octet.Numerics;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>What the integer kernels need of a layer whose weights, scales and zero points are known beforehand.</summary>
/// <param name="Weights">From their zero points, in the layout of ONNX.</param>
/// <param name="Scheme">Input, bias and output.</param>
sealed record IntegerLayer(sbyte[] Weights, IntegerScheme Scheme)
{
    /// <summary>The layer with integers as output.</summary>
    /// <param name="inputType">Type of the input.</param>
    /// <param name="input">Scale and zero point of the input, one element each.</param>
    /// <param name="weights">int8 or uint8.</param>
    /// <param name="weightParameters">One, or one for each output channel.</param>
    /// <param name="channelAxis">The axis of the weights along which output channels lie.</param>
    /// <param name="output">Scale and zero point of the output, one element each.</param>
    /// <param name="outputType">int8 or uint8.</param>
    /// <param name="bias">int32, one for each output channel; null for none.</param>
    /// <param name="bounds">Where an activation ends; null for the bounds of the type.</param>
    /// <param name="alpha">A factor on the sums of products.</param>
    /// <returns>Null where the kernels do not take the weights: these reach more than 8 bits from their zero points.</returns>
    public static IntegerLayer? Of(
        DataType inputType, (Tensor Scale, Tensor? ZeroPoint) input, Tensor weights, (Tensor Scale, Tensor? ZeroPoint) weightParameters,
            int channelAxis,
        (Tensor Scale, Tensor? ZeroPoint) output, DataType outputType, Tensor? bias, IntegerBounds? bounds = null, float alpha = 1)
    {
        if (input.Scale.Length != 1 || output.Scale.Length != 1 || input.ZeroPoint is { Length: not 1 }
            || output.ZeroPoint is { Length: not 1 }) return null;
        if (Differences(weights, weightParameters.ZeroPoint, channelAxis) is not { } differences) return null;

        var scales = weightParameters.Scale.Floats.ToArray();
        var multipliers = Array.ConvertAll(scales, scale =>
            LinearQuantizer.ComputeMultiplier(alpha * input.Scale.Floats[0], scale, output.Scale.Floats[0]));
        var requantization = Requantization.To(outputType, IntegerOperand.ZeroPoint(output.ZeroPoint));
        if (bounds is { } limits) requantization = requantization with { Low = limits.Low, High = limits.High };
        return new(differences,
            new(inputType, IntegerOperand.ZeroPoint(input.ZeroPoint), bias is null ? []
            : bias.AsSpan<int>().ToArray(), multipliers, requantization));
    }

    /// <summary>The layer with its sums as output.</summary>
    public static IntegerLayer? OfSums(DataType inputType, Tensor? inputZeroPoint, Tensor weights, Tensor? weightZeroPoints,
        int channelAxis, Tensor? bias = null) =>
        inputZeroPoint is { Length: not 1 } || Differences(weights, weightZeroPoints, channelAxis) is not { } differences
            ? null
            : new(differences, new(inputType, IntegerOperand.ZeroPoint(inputZeroPoint), bias is null ? []
                : bias.AsSpan<int>().ToArray(), [], null));

    /// <summary>A matrix [depth, columns], or [columns, depth] where it is transposed, packed for products.</summary>
    public PackedIntegerMatrix Pack(int depth, int columns, bool isTransposed)
    {
        var offsets = new int[depth];
        for (var k = 0; k < depth; k++) offsets[k] = isTransposed ? k : k * columns;
        return new(Weights, columns, isTransposed ? depth : 1, offsets, taps: 1, Scheme);
    }

    static sbyte[]? Differences(Tensor weights, Tensor? zeroPoints, int channelAxis)
    {
        var differences = new int[weights.Length];
        IntegerOperand.WriteDifferences(weights, zeroPoints, ChannelLayout.Of(weights.Shape, channelAxis), differences);
        return differences.All(difference => difference is >= sbyte.MinValue and <= sbyte.MaxValue)
            ? Array.ConvertAll(differences, difference => (sbyte)difference) : null;
    }
}

/// <summary>The integers of an output between which an activation holds it.</summary>
readonly record struct IntegerBounds(int Low, int High)
{
    /// <summary>Moves what lies outside to the nearer end.</summary>
    /// <param name="integers">int8 or uint8.</param>
    public void Limit(Tensor integers)
    {
        if (integers.Type == DataType.Int8) TensorPrimitives.Clamp(integers.AsSpan<sbyte>(), (sbyte)Low, (sbyte)High,
            integers.AsSpan<sbyte>());
        else TensorPrimitives.Clamp(integers.AsSpan<byte>(), (byte)Low, (byte)High, integers.AsSpan<byte>());
    }
}
