namespace Octet.Data;

/// <summary>Consecutive samples of a source.</summary>
/// <param name="From">The position of the first, from 0.</param>
/// <param name="End">The position after the last.</param>
public readonly record struct SampleSpan(int From, int End)
{
    /// <summary>The number of samples.</summary>
    public int Count => End - From;

    /// <summary>The same samples in as few spans as possible.</summary>
    /// <param name="spans">In order, without overlap.</param>
    public static IReadOnlyList<SampleSpan> Join(IEnumerable<SampleSpan> spans)
    {
        ArgumentNullException.ThrowIfNull(spans);
        var joined = new List<SampleSpan>();
        foreach (var span in spans.Where(span => span.Count > 0))
        {
            if (joined.Count > 0 && joined[^1].End == span.From) joined[^1] = joined[^1] with { End = span.End };
            else joined.Add(span);
        }
        return joined;
    }
}
