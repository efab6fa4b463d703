using Octet.Calibration;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Tests.Calibration;

public sealed class WeightQuantizerTests
{
    [Fact]
    public void Each_channel_is_scaled_by_its_largest_magnitude_on_either_axis()
    {
        var weight = Tensor.Of([2, 3], 1.27f, -2.54f, 0.5f, 12.7f, 0, -1);

        WeightQuantizer.Parameters(weight, QuantizationSpec.Int8PerChannel, channelAxis: 0).Scales.ShouldBe([2.54f / 127, 12.7f / 127]);
        WeightQuantizer.Parameters(weight, QuantizationSpec.Int8PerChannel,
            channelAxis: 1).Scales.ShouldBe([12.7f / 127, 2.54f / 127, 1f / 127]);
        WeightQuantizer.Parameters(weight, QuantizationSpec.Int8Symmetric, channelAxis: 0).Scales.ShouldBe([12.7f / 127]);
    }

    [Fact]
    public void A_bias_raises_the_scale_of_a_channel_whose_weights_are_all_but_zero()
    {
        var weight = Tensor.Of([3, 2], 1e-30f, -1e-31f, 0f, 0f, 0.5f, 1f);
        float[] bias = [-0.7f, 0.3f, 2f];
        const float inputScale = 0.02f;

        var parameters = WeightQuantizer.Parameters(weight, QuantizationSpec.Int8PerChannel, 0, bias, inputScale);

        for (var channel = 0; channel < 3; channel++)
        {
            var integer = LinearQuantizer.QuantizeBias(bias[channel], inputScale, parameters.Scales[channel]);
            Math.Abs((long)integer).ShouldBeLessThanOrEqualTo(1 << 30);
            (integer * (double)(inputScale * parameters.Scales[channel])).ShouldBe(bias[channel], 1e-2 * inputScale);
        }
        parameters.Scales[2].ShouldBe(1f / 127);
    }

    [Fact]
    public void Weights_that_are_all_zero_have_a_usable_scale_with_and_without_a_bias()
    {
        var weight = new Tensor(DataType.Float32, [4, 3]);
        foreach (var spec in new[] { QuantizationSpec.Int8PerChannel, QuantizationSpec.Int8Symmetric })
        {
            WeightQuantizer.Parameters(weight, spec, 0).Scales.ShouldAllBe(scale => scale == 1);

            float[] bias = [0.1f, 20, -3, 0];
            var scales = WeightQuantizer.Parameters(weight, spec, 0, bias, 0.01f).Scales;
            scales.ShouldAllBe(scale => float.IsNormal(scale) && scale > 0);
            for (var output = 0; output < bias.Length; output++)
            {
                var scale = scales[spec.PerChannel ? output : 0];
                (LinearQuantizer.QuantizeBias(bias[output], 0.01f, scale) * (double)(0.01f * scale)).ShouldBe(bias[output], 1e-6);
            }
        }
    }

    [Fact]
    public void A_weight_that_is_not_finite_is_refused() =>
        Should.Throw<CalibrationException>(
            () => WeightQuantizer.Parameters(Tensor.Of([2], 1f, float.NaN), QuantizationSpec.Int8Symmetric, 0));

    [Fact]
    public void A_weight_without_elements_is_no_problem() =>
        WeightQuantizer.Parameters(new Tensor(DataType.Float32, [0, 3]), QuantizationSpec.Int8Symmetric, 0).Scales.ShouldBe([1f]);
}
