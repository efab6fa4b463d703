using Octet.Calibration.Methods;

namespace Octet.Calibration;

/// <summary>The methods by name.</summary>
public static class CalibrationMethods
{
    /// <summary>What is used where nobody asks for another; docs/benchmarks.md has the figures that decided.</summary>
    public static CalibrationMethod Default { get; } = new PercentileMethod();

    public static IReadOnlyList<CalibrationMethod> All { get; } =
        [new MinMaxMethod(), new MovingAverageMethod(), new PercentileMethod(), new KullbackLeiblerMethod(), new MeanSquaredErrorMethod()];

    /// <summary>The method of that name, or null.</summary>
    public static CalibrationMethod? Named(string name) => All.FirstOrDefault(method => method.Name == name);
}
