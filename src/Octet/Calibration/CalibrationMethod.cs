using Octet.Numerics;

namespace Octet.Calibration;

/// <summary>A way to choose the range of a value: what has to be measured, and how a range follows from it.</summary>
/// <param name="Name">As the command line and tables call it: <c>minmax</c>.</param>
/// <param name="Description">What it does, in a line.</param>
/// <param name="NewObserver">Makes the observer whose statistic the method reads.</param>
/// <param name="Choose">The range of values that share their parameters, from the merged observer of all of them and the integers they will become.</param>
public sealed record CalibrationMethod(string Name, string Description, Func<IObserver> NewObserver, Func<IObserver, QuantizationSpec, ValueRange> Choose)
{
    public static CalibrationMethod MinMax { get; } = new(
        "minmax", "the smallest and the largest value seen",
        () => new MinMaxObserver(), (observer, _) => ((MinMaxObserver)observer).Range);

    public static CalibrationMethod MovingAverage { get; } = new(
        "moving-average", "the smallest and the largest value of each sample, averaged; the order of the samples matters",
        () => new MovingAverageMinMaxObserver(), (observer, _) => ((MovingAverageMinMaxObserver)observer).Average());

    /// <summary>What is used where nobody asks for another.</summary>
    public static CalibrationMethod Default => MinMax;

    public static IReadOnlyList<CalibrationMethod> All { get; } = [MinMax, MovingAverage];

    /// <summary>The method of that name, or null.</summary>
    public static CalibrationMethod? Named(string name) => All.FirstOrDefault(method => method.Name == name);

    public override string ToString() => Name;
}
