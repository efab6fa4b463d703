namespace Octet.Training;

/// <summary>How the learning rate changes over the steps of a run, as a factor of the rate that was asked for.</summary>
public abstract record LearningSchedule
{
    /// <summary>Steps at the beginning over which the rate rises from zero in equal parts; 0 for none.</summary>
    public long WarmUpSteps { get; init; }

    /// <summary>The same rate all the time.</summary>
    public static LearningSchedule Constant { get; } = new StepSchedule([], 1);

    /// <summary>A tenth of the rate from half of the run on, and a hundredth from three quarters on.</summary>
    public static LearningSchedule Steps { get; } = new StepSchedule([0.5, 0.75]);

    /// <summary>The factor of a step.</summary>
    /// <param name="step">0 for the first.</param>
    /// <param name="steps">Steps of the whole run.</param>
    public double FactorAt(long step, long steps)
    {
        if (step < WarmUpSteps) return (step + 1.0) / WarmUpSteps * After(0);
        return After((double)(step - WarmUpSteps) / Math.Max(1, steps - WarmUpSteps));
    }

    /// <summary>The factor when a share of the run after warming up is done, 0 to below 1.</summary>
    internal abstract double After(double share);
}

/// <summary>The rate is multiplied by a factor at each of some places.</summary>
/// <param name="Places">Shares of the run, each from 0 to 1.</param>
/// <param name="Factor">What the rate is multiplied by.</param>
public sealed record StepSchedule(IReadOnlyList<double> Places, double Factor = 0.1) : LearningSchedule
{
    internal override double After(double share) => Math.Pow(Factor, Places.Count(place => share >= place));
}

/// <summary>The rate falls along half a cosine, to a share of itself. Loshchilov and Hutter 2016, arXiv:1608.03983.</summary>
/// <param name="Last">The factor at the end.</param>
public sealed record CosineSchedule(double Last = 0) : LearningSchedule
{
    internal override double After(double share) => Last + (1 - Last) * (1 + Math.Cos(Math.PI * share)) / 2;
}

/// <summary>One cycle: up along half a cosine, then down along another. Smith and Topin 2017, arXiv:1708.07120.</summary>
/// <param name="Rising">The share of the run in which the rate rises.</param>
/// <param name="First">The factor at the beginning.</param>
/// <param name="Last">The factor at the end.</param>
public sealed record OneCycleSchedule(double Rising = 0.3, double First = 0.04, double Last = 4e-6) : LearningSchedule
{
    internal override double After(double share) => share < Rising
        ? Between(First, 1, share / Rising)
        : Between(1, Last, (share - Rising) / (1 - Rising));

    static double Between(double from, double to, double share) => to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;
}
