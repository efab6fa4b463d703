namespace Octet.Evaluation.Masks;

/// <summary>Counts pixels by their right class and the class they were given.</summary>
/// <param name="classes">How many there are.</param>
public sealed class ConfusionMatrix(int classes)
{
    readonly long[] _counts = new long[classes * classes];

    /// <summary>The number of classes.</summary>
    public int Classes => classes;

    /// <summary>Counts one pixel.</summary>
    /// <param name="truth">Its right class, 0..classes − 1.</param>
    /// <param name="answer">The class it was given, 0..classes − 1.</param>
    public void Add(int truth, int answer) => _counts[truth * classes + answer]++;

    /// <summary>Mean over the classes that occur of: pixels rightly given ÷ (pixels of the class + pixels given to it − those). Between 0
    /// and 1; 0 where nothing was counted.</summary>
    public double MeanIntersectionOverUnion
    {
        get
        {
            var scores = Enumerable.Range(0, classes).Where(index => Truths(index) > 0)
                .Select(index => Right(index) / (double)(Truths(index) + Answers(index) - Right(index)));
            return scores.DefaultIfEmpty(0).Average();
        }
    }

    /// <summary>Pixels rightly given ÷ all.</summary>
    public double PixelAccuracy => Enumerable.Range(0, classes).Sum(Right) / (double)Math.Max(1, _counts.Sum());

    /// <summary>Cohen's kappa: 1 where all pixels are rightly given, 0 where no more are than by chance.</summary>
    internal double Agreement
    {
        get
        {
            var all = (double)Math.Max(1, _counts.Sum());
            var byChance = Enumerable.Range(0, classes).Sum(index => Truths(index) / all * (Answers(index) / all));
            return byChance >= 1 ? 1 : (PixelAccuracy - byChance) / (1 - byChance);
        }
    }

    /// <summary>Adds another one, some times.</summary>
    internal void Add(ConfusionMatrix other, int times)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Classes, Classes);
        if (times == 0) return;
        for (var i = 0; i < _counts.Length; i++) _counts[i] += times * other._counts[i];
    }

    /// <summary>Classes, then all counts.</summary>
    internal void Write(BinaryWriter writer)
    {
        writer.Write(classes);
        foreach (var count in _counts) writer.Write(count);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    internal static ConfusionMatrix Read(BinaryReader reader)
    {
        var matrix = new ConfusionMatrix(reader.ReadInt32());
        for (var i = 0; i < matrix._counts.Length; i++) matrix._counts[i] = reader.ReadInt64();
        return matrix;
    }

    /// <summary>The counts of both, which must have the same number of classes.</summary>
    public static ConfusionMatrix operator +(ConfusionMatrix left, ConfusionMatrix right)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Classes, left.Classes);
        var sum = new ConfusionMatrix(left.Classes);
        for (var i = 0; i < sum._counts.Length; i++) sum._counts[i] = left._counts[i] + right._counts[i];
        return sum;
    }

    long Right(int index) => _counts[index * classes + index];

    long Truths(int index) => Enumerable.Range(0, classes).Sum(answer => _counts[index * classes + answer]);

    long Answers(int index) => Enumerable.Range(0, classes).Sum(truth => _counts[truth * classes + index]);
}
