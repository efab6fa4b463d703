using Octet.Planning;
using Octet.Steps;
using Octet.TexasInstruments;

namespace Octet.Tests.TexasInstruments;

public sealed class Pact2BiasTests
{
    /// <summary>Unsigned 8-bit input of range [0, 4], so 64 steps a unit.</summary>
    static readonly Octet.Numerics.QuantizationParameters Input = Pact2Range.Parameters(new(0, 4), bits: 8);

    [Fact]
    public void Without_a_constraint_biases_share_a_power_of_two()
    {
        // The greatest is 3, so the range is 4 and a step 1/32.
        float[] bias = [3, 0.1f, -1.015625f];

        Pact2Bias.Round(bias, bits: 8, powerOfTwo: true, BiasConstraint.None, Input, [1 / 128f]);

        bias.ShouldBe([3, 3 / 32f, -33 / 32f]);
    }

    [Fact]
    public void A_saturated_bias_that_the_sum_resolves_is_cut_to_whole_steps_of_it()
    {
        // A step of the sum is 1/64 · 1/2 = 1/128; one of the bias, whose range is 0.5, is half of that. 0.5 is beyond its last step,
        // 127/256, which is 63 whole steps of the sum.
        float[] bias = [0.5f, -0.25f];

        Pact2Bias.Round(bias, bits: 8, powerOfTwo: true, BiasConstraint.Saturate, Input, [0.5f]);

        bias.ShouldBe([63 / 128f, -0.25f]);
    }

    [Fact]
    public void A_bias_too_coarse_for_the_sum_is_an_integer_times_the_greatest_input()
    {
        // A step of the sum is 1/64 · 1/128 = 2⁻¹³; one of the bias, whose range is 128, is 1: 8192 steps of the sum, more than 255. The
        // sum takes ±2¹⁵ steps, so 100 saturates at 32767; 32767 / 255 is 128, of which 8 bits hold 127. And 2 is 16384 steps, 64 times
        // 255.
        float[] bias = [100, 2, -2];

        Pact2Bias.Round(bias, bits: 8, powerOfTwo: true, BiasConstraint.Saturate, Input, [1 / 128f]);

        bias.ShouldBe([127 * 255 / 8192f, 64 * 255 / 8192f, -64 * 255 / 8192f]);
    }

    [Fact]
    public void Each_channel_saturates_by_its_own_weight_scale()
    {
        float[] bias = [100, 100];

        Pact2Bias.Round(bias, bits: 8, powerOfTwo: true, BiasConstraint.Saturate, Input, [1 / 128f, 1]);

        bias.ShouldBe([127 * 255 / 8192f, 100]);
    }

    [Fact]
    public void Wide_sums_take_the_nearest_whole_step()
    {
        // A step of the sum is 2⁻¹³ in the first channel and 2⁻⁶ in the second.
        float[] bias = [100.00007f, 0.0234375f];

        Pact2Bias.Round(bias, bits: 8, powerOfTwo: true, BiasConstraint.WholeSteps, Input, [1 / 128f, 1]);

        bias.ShouldBe([100.00012f, 0.03125f]);
    }

    [Fact]
    public void An_input_without_integers_leaves_the_first_rule_alone()
    {
        float[] bias = [100];
        Pact2Bias.Round(bias, bits: 8, powerOfTwo: true, BiasConstraint.Saturate, input: null, [1 / 128f]);
        bias.ShouldBe([100f]);
    }

    [Fact]
    public void Weights_get_wider_steps_until_the_bias_fits()
    {
        // 128 has to fit 2¹⁵ steps of the sum, so one is at least 1/256, and with inputs of 1/64 a weight's step is at least 1/4.
        Pact2Bias.MinWeightScale([100f], bits: 8, powerOfTwo: true, Input).ShouldBe(0.25f);
    }
}
