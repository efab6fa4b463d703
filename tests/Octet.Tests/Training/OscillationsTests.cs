using Octet.Numerics;
using Octet.Tensors;
using Octet.Training;

namespace Octet.Tests.Training;

public sealed class OscillationsTests
{
    static readonly QuantizationSpec Int4 = new(4, Signed: true, Symmetric: true);

    /// <summary>Scales 0.5 and 2: the integers of the two rows begin at 1, 0 and −8 each.</summary>
    static TrainingParameter NewWeights() =>
        new("w", Tensor.Of<float>([2, 3], [0.55f, 0.1f, -4.3f, 2.2f, 0.4f, -17.2f]), ParameterRole.Weight)
        {
            Grid = () => new QuantizationParameters(Int4, [0.5f, 2f], [0, 0], 0),
        };

    /// <summary>At the end the factor of squared distances is 0.1, so that 0.2 times the distance is added; a weight beyond the integers is
    /// drawn to none.</summary>
    [Fact]
    public void Weights_are_drawn_to_the_middle_of_their_step()
    {
        var weights = NewWeights();
        var oscillations = new Oscillations(new() { Dampening = 0.1 }, [weights]);
        oscillations.Dampen(0.25);
        weights.Gradient.Floats.ToArray().ShouldAllBe(gradient => gradient == 0);
        oscillations.Dampen(1);
        weights.Gradient.Floats.ToArray().ShouldBe([0.01f, 0.02f, 0, 0.04f, 0.08f, 0], 1e-6f);
    }

    /// <summary>The first hop turns nothing back; each of the next adds a hundredth, less a hundredth of what was there.</summary>
    [Fact]
    public void A_weight_that_turns_back_too_often_stays_where_it_was_most_of_the_time()
    {
        var weights = NewWeights();
        var oscillations = new Oscillations(new() { MaxFrequency = 0.025 }, [weights]);
        for (var hop = 0; hop < 4; hop++)
        {
            oscillations.Frozen.ShouldBe(0);
            weights.Elements.Floats[0] = hop % 2 == 0 ? 0.8f : 0.7f;
            oscillations.See(1);
        }
        // 0.01, 0.0199, 0.0297: the third turn is one too many. The mean of the integer is near 1.
        oscillations.Frozen.ShouldBe(1);
        weights.Elements.Floats[0].ShouldBe(0.5f);
        weights.Elements.Floats[0] = 3;
        oscillations.See(1);
        weights.Elements.Floats.ToArray().ShouldBe([0.5f, 0.1f, -4.3f, 2.2f, 0.4f, -17.2f]);
    }

    [Fact]
    public void The_limit_falls_to_a_tenth_of_where_it_begins()
    {
        long FrozenAt(double progress)
        {
            var weights = NewWeights();
            var oscillations = new Oscillations(new() { MaxFrequency = 0.015 }, [weights]);
            for (var hop = 0; hop < 6; hop++)
            {
                weights.Elements.Floats[0] = hop % 2 == 0 ? 0.8f : 0.7f;
                oscillations.See(progress);
            }
            return oscillations.Frozen;
        }
        FrozenAt(0).ShouldBe(0);
        FrozenAt(1).ShouldBe(1);
    }

    [Fact]
    public void What_is_known_of_weights_is_saved()
    {
        var (weights, others) = (NewWeights(), NewWeights());
        var rule = new OscillationRule { MaxFrequency = 0.025 };
        var (first, second) = (new Oscillations(rule, [weights]), new Oscillations(rule, [others]));
        for (var hop = 0; hop < 4; hop++)
        {
            weights.Elements.Floats[0] = hop % 2 == 0 ? 0.8f : 0.7f;
            first.See(1);
        }
        var saved = first.Save().ToDictionary(entry => entry.Name, entry => entry.Elements);
        second.Load(name => saved[name]);
        second.Frozen.ShouldBe(1);
        second.See(1);
        others.Elements.Floats[0].ShouldBe(0.5f);
    }
}
