using Octet.Numerics;
using Octet.Planning;
using Octet.TexasInstruments;

namespace Octet.TexasInstruments;

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

    /// <summary>Where values are cut off in a file of floats: at the range, or at the limits of the activation where those are
    /// closer.</summary>
    public ValueRange Clip => Place.Bounds is { } bounds ? new(Math.Max(Used.Low, bounds.Low), Math.Min(Used.High, bounds.High)) : Used;

    /// <summary>Takes a batch into account.</summary>
    /// <param name="ranges">The exact range of each sample.</param>
    /// <param name="elements">How many values there are in all samples.</param>
    /// <param name="count">Counts the values of a sample.</param>
    /// <param name="forEach">Calls its argument for each sample.</param>
    public void Update(ValueRange[] ranges, long elements, Action<int, TrimmedRange> count, Action<Action<int>> forEach)
    {
        var range = ranges.Aggregate((all, next) => all.Union(next));
        if (options.ShrinkPercent == 0 || range.IsNothing)
        {
            Range.Update(range);
            return;
        }
        var histograms = Array.ConvertAll(ranges, _ => new TrimmedRange(range, elements, options.ShrinkPercent));
        forEach(index => count(index, histograms[index]));
        foreach (var other in histograms.Skip(1)) histograms[0].Merge(other);
        Range.Update(histograms[0].Trim());
    }
}
