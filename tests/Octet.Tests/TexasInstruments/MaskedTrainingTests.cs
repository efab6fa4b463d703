using Octet.Calibration;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Tests.TexasInstruments;

/// <summary>Masks set no range while a model is trained as TI does, as they set none in calibration.</summary>
public sealed class MaskedTrainingTests
{
    [Theory]
    [InlineData(-10000f)]
    [InlineData(float.NegativeInfinity)]
    public void Masked_scores_set_no_range(float mask)
    {
        var graph = new Graph { Opsets = { [""] = 15 } };
        var scores = graph.AddInput("scores", DataType.Float32, new(1, 4));
        graph.AddOutput(graph.Add("Softmax", [scores], "y"));
        var options = new QuantModuleOptions { ShrinkPercent = 0 };
        var spot = new Pact2Spot(new(scores, scores), options);
        var values = Tensor.Of<float>([1, 4], 3, -2, mask, 1);
        var state = Tensor.Of<float>([3], new Pact2Range(null, options.PowerOfTwoActivations).State);

        ValueRange RangeAfter(IgnoredElements? ignored)
        {
            var updated = new Tensor(DataType.Float32, [3]);
            new Pact2Following(spot, IsFixed: false, ignored).Run([values, state], [updated]);
            return spot.At(updated).Used;
        }

        // Scores that lie more than 128 below the greatest never set a range; without masks these need 4.
        RangeAfter(IgnoredElements.In(graph)[scores]).Magnitude.ShouldBeLessThanOrEqualTo(256);
        if (float.IsFinite(mask)) RangeAfter(null).Magnitude.ShouldBeGreaterThan(4096);
    }
}
