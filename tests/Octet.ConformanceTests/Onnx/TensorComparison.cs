using System.Numerics;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Whether a computed tensor is the expected one; where not, the first reason.</summary>
static class TensorComparison
{
    /// <summary>
    /// The rule of the ONNX operator suite: types and shapes are equal, integers, booleans and strings too; floats satisfy
    /// <c>|actual − expected| ≤ absolute + relative · |expected|</c>, NaN equals NaN, and infinities equal themselves.
    /// </summary>
    /// <returns>Null if they agree.</returns>
    public static string? Difference(Tensor expected, Tensor actual, double relative = 1e-3, double absolute = 1e-7)
    {
        if (actual.Type != expected.Type) return $"type is {actual.Type.DisplayName}, expected {expected.Type.DisplayName}";
        if (actual.Shape != expected.Shape) return $"shape is {actual.Shape}, expected {expected.Shape}";
        return expected.Type switch
        {
            DataType.Float32 => Compare<float>(expected, actual),
            DataType.Float64 => Compare<double>(expected, actual),
            DataType.Float16 => Compare<Half>(expected, actual),
            DataType.BFloat16 => Report(BFloat16s(expected), BFloat16s(actual), relative, absolute),
            DataType.Float8E4M3FN or DataType.Float8E5M2 => OneNaN(expected).SequenceEqual(OneNaN(actual)) ? null : "values differ",
            DataType.String => expected.Strings.SequenceEqual(actual.Strings) ? null : "strings differ",
            _ => expected.Bytes.SequenceEqual(actual.Bytes) ? null : "values differ",
        };

        string? Compare<T>(Tensor expected, Tensor actual) where T : unmanaged, INumberBase<T> =>
            Report(Doubles<T>(expected), Doubles<T>(actual), relative, absolute);
    }

    /// <summary>The greatest difference of two float32 tensors, as a share of the greatest magnitude in
    /// <paramref name="expected"/>.</summary>
    public static double RelativeDifference(Tensor expected, Tensor actual)
    {
        actual.Shape.ShouldBe(expected.Shape);
        var (largestDifference, largestValue) = (0f, float.Epsilon);
        for (var i = 0; i < expected.Length; i++)
        {
            // Math.Max hands a NaN on, so that no comparison can hide it.
            largestDifference = Math.Max(largestDifference, Math.Abs(actual.Floats[i] - expected.Floats[i]));
            largestValue = Math.Max(largestValue, Math.Abs(expected.Floats[i]));
        }
        return largestDifference / largestValue;
    }

    static string? Report(double[] expected, double[] actual, double relative, double absolute)
    {
        var wrong = Enumerable.Range(0, expected.Length).Where(i => !AreNear(expected[i], actual[i], relative, absolute)).ToArray();
        return wrong.Length == 0
            ? null
            : $"values differ: {wrong.Length} of {expected.Length}, the first at {wrong[0]} is {actual[wrong[0]]:G7}, "
            + $"expected {expected[wrong[0]]:G7}";
    }

    static bool AreNear(double expected, double actual, double relative, double absolute) =>
        expected.Equals(actual) || double.IsFinite(expected) && Math.Abs(actual - expected) <= absolute + relative * Math.Abs(expected);

    static double[] Doubles<T>(Tensor tensor) where T : unmanaged, INumberBase<T> =>
        Array.ConvertAll(tensor.AsSpan<T>().ToArray(), double.CreateChecked);

    /// <summary>The elements with one pattern for NaN, of which these two types have several; the other float8 types have only
    /// one.</summary>
    static byte[] OneNaN(Tensor tensor)
    {
        var largest = tensor.Type == DataType.Float8E5M2 ? 0x7C : 0x7E;
        return Array.ConvertAll(tensor.Bytes.ToArray(), bits => (bits & 0x7F) > largest ? (byte)0x7F : bits);
    }

    static double[] BFloat16s(Tensor tensor) =>
        Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(tensor.Bytes).ToArray(),
            bits => (double)BitConverter.UInt32BitsToSingle((uint)bits << 16));
}
