namespace Octet.Data;

/// <summary>Some samples at the beginning of a data set and some at its end. Which they are follows from their places alone, so that each
/// part of the data can tell which of its own are among them.</summary>
/// <param name="First">How many from the first on.</param>
/// <param name="Last">How many up to the last.</param>
readonly record struct SampleSelection(int First, int Last)
{
    /// <summary>All samples.</summary>
    public static SampleSelection All { get; } = new(int.MaxValue, 0);

    public bool IsEmpty => First == 0 && Last == 0;

    /// <summary>What both need.</summary>
    public SampleSelection Union(SampleSelection other) => new(Math.Max(First, other.First), Math.Max(Last, other.Last));

    /// <summary>The same of a number of samples, in one form for each choice.</summary>
    public SampleSelection Within(int count) => (long)First + Last >= count ? new(count, 0) : this;

    /// <summary>How many samples of a number of samples are among them.</summary>
    public int CountOf(int count) => (int)Math.Min((long)First + Last, count);

    /// <summary>Whether the sample at a place is among them.</summary>
    public bool Includes(int place, int count) => place < First || place >= (long)count - Last;

    /// <summary>Whether all that another selection includes are among them.</summary>
    public bool Covers(SampleSelection other, int count) =>
        (long)First + Last >= count || (First >= other.First && Last >= other.Last);
}
