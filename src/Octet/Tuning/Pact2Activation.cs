using Octet.Calibration;
using Octet.Calibration.Pact2;
using Octet.Numerics;
using Octet.Planning;
using Octet.Tensors;

namespace Octet.Tuning;

/// <summary>A place where PACT2 stands, and the range that it has.</summary>
sealed class Pact2Activation(Pact2Place place, QuantModuleOptions options)
{
    public Pact2Place Place { get; } = place;

    public Pact2Range Range { get; init; } = new(place.Signed, options.PowerOfTwoActivations);

    /// <summary>The range in use: never beyond the limits that the activation itself has.</summary>
    public ValueRange Used
    {
        get
        {
            var range = Range.Effective;
            if (Place.Bounds is not { } bounds) return range;
            var bound = options.PowerOfTwoActivations ? PowerOfTwo.Ceiling(bounds.Magnitude) : bounds.Magnitude;
            return range.High <= bound ? range : new(range.Low < 0 ? -bound : 0, bound);
        }
    }

    /// <summary>The integers.</summary>
    public QuantizationParameters Parameters => Pact2Range.Parameters(Used, options.ActivationBits);

    /// <summary>Where values are cut off in a file of floats: at the range, or at the limits of the activation where those are closer.</summary>
    public ValueRange Clip => Place.Bounds is { } bounds ? new(Math.Max(Used.Low, bounds.Low), Math.Min(Used.High, bounds.High)) : Used;

    /// <summary>Takes a batch into account.</summary>
    /// <param name="outputs">What the range follows, one tensor a sample.</param>
    /// <param name="bias">What is to be added to each channel; empty for nothing.</param>
    /// <param name="forEach">Calls its argument for each sample.</param>
    public void Update(IReadOnlyList<Tensor> outputs, float[] bias, Action<Action<int>> forEach)
    {
        if (Range.IsFixed) return;
        var ranges = new ValueRange[outputs.Count];
        try
        {
            forEach(index => ranges[index] = ChannelSums.Range(outputs[index], bias));
        }
        catch (CalibrationException problem)
        {
            throw problem.At(Place.Observed.Name);
        }
        var range = ranges.Aggregate((all, next) => all.Union(next));
        if (options.ShrinkPercent == 0 || range.IsNothing)
        {
            Range.Update(range);
            return;
        }
        var total = outputs.Sum(output => (long)output.Length);
        var histograms = new TrimmedRange[outputs.Count];
        forEach(index =>
        {
            var histogram = histograms[index] = new(range, total, options.ShrinkPercent);
            ChannelSums.ForEachChannel(outputs[index], bias, (elements, addend) => histogram.Count(elements, addend));
        });
        foreach (var other in histograms.Skip(1)) histograms[0].Merge(other);
        Range.Update(histograms[0].Trim());
    }

    /// <summary>Rounds values in place.</summary>
    public void Round(Tensor tensor) => LinearQuantizer.FakeQuantize(tensor.Floats, tensor.Floats, tensor.Shape, Parameters);
}
