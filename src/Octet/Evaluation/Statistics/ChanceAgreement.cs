namespace Octet.Evaluation;

/// <summary>How much more often answers are right than by chance, whatever the shares of the classes: Cohen's kappa, 1 for always right, 0
/// for chance.</summary>
/// <remarks>Source: Cohen 1960, Educational and Psychological Measurement 20. A model that gives one answer to all has 0, also where most
/// labels are that class.</remarks>
static class ChanceAgreement
{
    /// <summary>Below this a model tells classes apart so little that something must be wrong.</summary>
    public const double Near = 0.1;

    /// <summary>From this on labels that were shifted by one fit.</summary>
    public const double Shifted = 0.3;

    /// <summary>Fewer samples say nothing.</summary>
    public const int MinSamples = 10;

    public static double Of(IEnumerable<(int Truth, int Answer)> pairs)
    {
        var all = pairs.ToArray();
        double count = Math.Max(1, all.Length);
        var answers = all.CountBy(pair => pair.Answer).ToDictionary();
        var byChance = all.CountBy(pair => pair.Truth).Sum(truth => truth.Value / count * (answers.GetValueOrDefault(truth.Key) / count));
        return byChance >= 1 ? 1 : (all.Count(pair => pair.Truth == pair.Answer) / count - byChance) / (1 - byChance);
    }
}
