using Octet.Tensors;

namespace Octet.ConformanceTests;

public sealed class TensorComparisonTests
{
    static Tensor Floats(params ReadOnlySpan<float> values) => Tensor.Of([values.Length], values);

    [Fact]
    public void Floats_within_the_tolerance_agree_and_NaN_and_infinity_agree_with_themselves()
    {
        TensorComparison.Difference(Floats(1, 0, float.NaN, float.NegativeInfinity),
            Floats(1.0009f, 5e-8f, float.NaN, float.NegativeInfinity)).ShouldBeNull();
        TensorComparison.Difference(Floats(1, 1), Floats(1, 1.0011f))
            .ShouldBe("values differ: 1 of 2, the first at 1 is 1.0011, expected 1");
        TensorComparison.Difference(Floats(float.PositiveInfinity), Floats(float.NegativeInfinity)).ShouldNotBeNull();
        TensorComparison.Difference(Floats(1), Floats(float.NaN)).ShouldNotBeNull();
    }

    [Fact]
    public void Types_and_shapes_have_to_be_equal()
    {
        TensorComparison.Difference(Floats(1), Tensor.Of<double>([1], 1)).ShouldBe("type is float64, expected float32");
        TensorComparison.Difference(Floats(1), Floats(1).Reshape([1, 1])).ShouldBe("shape is [1, 1], expected [1]");
    }

    [Fact]
    public void Everything_but_floats_is_compared_exactly()
    {
        TensorComparison.Difference(Tensor.Vector(7, 8), Tensor.Vector(7, 8)).ShouldBeNull();
        TensorComparison.Difference(Tensor.Vector(10_000), Tensor.Vector(10_001)).ShouldBe("values differ");
        TensorComparison.Difference(Tensor.OfStrings([1], ["a"]), Tensor.OfStrings([1], ["b"])).ShouldBe("strings differ");
    }

    [Fact]
    public void The_relative_difference_is_measured_against_the_greatest_magnitude_and_shows_NaN()
    {
        TensorComparison.RelativeDifference(Floats(-10, 1), Floats(-10, 2)).ShouldBe(0.1, tolerance: 1e-6);
        TensorComparison.RelativeDifference(Floats(1, 1), Floats(float.NaN, 1)).ShouldBe(double.NaN);
    }
}
