using Octet.Numerics;
using Octet.Steps;

namespace Octet.Tests.Steps;

public sealed class AdaptiveRoundingTests
{
    static readonly QuantizationSpec Int8 = new(8, Signed: true, Symmetric: true);

    [Fact]
    public void Weights_that_meet_the_same_input_make_their_errors_cancel()
    {
        // Both inputs are always equal: 0.4 + 0.4 is nearer to 1 + 0 than to 0 + 0.
        var (rounded, error) = Round([0.4f, 0.4f], [1, 1, 1, 1], scale: 1, adaptively: true);

        rounded.Sum().ShouldBe(1);
        error.ShouldBe(0.04, 1e-6);
        Round([0.4f, 0.4f], [1, 1, 1, 1], scale: 1, adaptively: false).Error.ShouldBe(0.64, 1e-6);
    }

    [Fact]
    public void Weights_that_meet_unrelated_inputs_take_their_nearest_integers() =>
        Round([0.4f, -1.7f, 2.6f], [1, 0, 0, 0, 5, 0, 0, 0, 2], scale: 1, adaptively: true).Rounded.ShouldBe([0f, -2f, 3f]);

    [Fact]
    public void No_choice_of_neighbours_that_differs_in_one_weight_is_better_and_the_nearest_are_not_either()
    {
        var random = new Random(7);
        for (var repetition = 0; repetition < 50; repetition++)
        {
            const int depth = 8;
            var weights = Array.ConvertAll(new float[depth], _ => (float)(random.NextDouble() * 4 - 2));
            var moments = Moments(random, depth);

            var (rounded, error) = Round(weights, moments, scale: 0.5f, adaptively: true);

            error.ShouldBe(Form(weights, rounded, moments), 1e-4);
            error.ShouldBeLessThanOrEqualTo(Round(weights, moments, scale: 0.5f, adaptively: false).Error + 1e-5);
            for (var i = 0; i < depth; i++)
            {
                Math.Abs(rounded[i] - weights[i]).ShouldBeLessThanOrEqualTo(0.5f);
                float[] other = [.. rounded];
                other[i] += rounded[i] > weights[i] ? -0.5f : 0.5f;
                Form(weights, other, moments).ShouldBeGreaterThanOrEqualTo(error - 1e-4);
            }
        }
    }

    [Fact]
    public void A_weight_beyond_the_integers_saturates() => Round([200f], [1], scale: 1, adaptively: true).Rounded.ShouldBe([127f]);

    static (float[] Rounded, double Error) Round(float[] weights, float[] moments, float scale, bool adaptively)
    {
        var rounded = new float[weights.Length];
        var errors = AdaptiveRounding.Round(weights, moments, [scale], Int8, adaptively, rounded, threads: 1);
        return (rounded, errors[0]);
    }

    static float[] Moments(Random random, int depth)
    {
        var factors = Array.ConvertAll(new float[depth * depth], _ => (float)(random.NextDouble() * 2 - 1));
        var moments = new float[depth * depth];
        for (var i = 0; i < depth; i++)
        {
            for (var j = 0; j < depth; j++)
                moments[i * depth + j] = Enumerable.Range(0, depth)
                    .Sum(k => factors[i * depth + k] * factors[j * depth + k]) + (i == j ? 0.1f : 0);
        }
        return moments;
    }

    static double Form(float[] weights, float[] rounded, float[] moments)
    {
        var errors = rounded.Zip(weights, (r, w) => (double)r - w).ToArray();
        return errors.Index()
            .Sum(row => errors.Index().Sum(column => row.Item * column.Item * moments[row.Index * errors.Length + column.Index]));
    }
}
