using Octet.Numerics;

namespace Octet.TexasInstruments;

/// <summary>
/// PACT2, the range of one activation that follows the batches: an average of their extremes, rounded up to a power of two when it is used,
/// and either symmetric around zero or starting at it.
/// </summary>
/// <remarks>
/// Batch n moves both ends by the share <c>max(1/n, 0.001)</c>; n counts from 0, and the share is 1 for the first two batches. So the first
/// batch is forgotten, the range is the mean over the following ones, and after a thousand an exponential average. Source: TI
/// edgeai-modeloptimization, xnn/layers/activation.py.
/// </remarks>
/// <param name="signed">Whether values may be negative; null lets the lower end decide.</param>
/// <param name="powerOfTwo">Whether the used range ends at powers of two.</param>
sealed class Pact2Range(bool? signed = null, bool powerOfTwo = true)
{
    /// <summary>The least magnitude that a range is given, and the least of TI's scale factors.</summary>
    public const float Smallest = 1f / (1 << 16);

    const float MinShare = 0.001f;

    const float InitialMagnitude = 8;

    int _batches;

    /// <summary>The average so far, as it is; [−8, 8] or [0, 8] before the first batch.</summary>
    public ValueRange Average { get; private set; } = new(signed is false ? 0 : -InitialMagnitude, InitialMagnitude);

    /// <summary>How many batches have moved the range.</summary>
    public int Batches => _batches;

    /// <summary>Whether batches change the range no more.</summary>
    public bool IsFixed { get; private set; }

    /// <summary>A range that is known beforehand, as that of a bounded activation; it never changes.</summary>
    public static Pact2Range Fixed(ValueRange range, bool powerOfTwo = true) =>
        new(signed: range.Low < 0, powerOfTwo) { Average = range, IsFixed = true };

    /// <summary>Keeps the range as it is from now on.</summary>
    public void Freeze() => IsFixed = true;

    /// <summary>Takes the extremes of a batch into account, unless the range is fixed.</summary>
    public void Update(ValueRange batch)
    {
        if (IsFixed || batch.IsNothing) return;
        var share = _batches == 0 ? 1 : Math.Max(1f / _batches, MinShare);
        Average = new((1 - share) * Average.Low + share * batch.Low, (1 - share) * Average.High + share * batch.High);
        _batches++;
    }

    /// <summary>Whether the used range reaches below zero.</summary>
    public bool IsSigned => signed ?? Average.Low < 0;

    /// <summary>The range that is used: [−m, m] or [0, m].</summary>
    public ValueRange Effective
    {
        get
        {
            var magnitude = Math.Max(IsSigned ? Average.Magnitude : Math.Abs(Average.High), Smallest);
            if (powerOfTwo) magnitude = PowerOfTwo.Ceiling(magnitude);
            return new(IsSigned ? -magnitude : 0, magnitude);
        }
    }

    /// <summary>
    /// Scale and zero point: the range holds 2^bits steps, the last of which lies just outside, so that the scale of a range that ends at a
    /// power of two is one too. Rounds half up.
    /// </summary>
    /// <param name="bits">4 to 16.</param>
    public QuantizationParameters Parameters(int bits) => Parameters(Effective, bits);

    /// <summary>The same for a range that is already as it is to be used.</summary>
    public static QuantizationParameters Parameters(ValueRange range, int bits)
    {
        var isSigned = range.Low < 0;
        var spec = new QuantizationSpec(bits, isSigned, Symmetric: isSigned) { Rounding = Rounding.HalfUp };
        var steps = isSigned ? 1 << (bits - 1) : 1 << bits;
        return new(spec, [Math.Min(range.High / steps, 1 / Smallest)], [0]);
    }

    /// <summary>The range as a state: both ends of the average, and the number of batches.</summary>
    public float[] State => [Average.Low, Average.High, _batches];

    /// <summary>A range that goes on from a state.</summary>
    public static Pact2Range FromState(ReadOnlySpan<float> state, bool? signed, bool powerOfTwo) =>
        new(signed, powerOfTwo) { Average = new(state[0], state[1]), _batches = (int)state[2] };
}
