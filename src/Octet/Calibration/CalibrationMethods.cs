using Octet.Calibration.Methods;

namespace Octet.Calibration;

/// <summary>The methods by name; only <see cref="ConstantMethod"/> is not among them, which needs numbers.</summary>
public static class CalibrationMethods
{
    /// <summary>The method where none is named; docs/benchmarks.md has the figures that decided.</summary>
    public static CalibrationMethod Default { get; } = new PercentileMethod();

    /// <summary>In the order in which <c>octet recipes</c> lists them: Octet's own first, then those of other tools.</summary>
    public static IReadOnlyList<CalibrationMethod> All { get; } =
    [
        new MinMaxMethod(), new MovingAverageMethod(), new PercentileMethod(), new KullbackLeiblerMethod(), new MeanSquaredErrorMethod(),
        new HistogramErrorMethod(), new EntropyMethod(), new TensorRtEntropyMethod(),
        new KldMethod(), new OctavMethod(), new MaxMethod(), new RisingPercentileMethod(), new AciqGaussMethod(), new AciqLaplaceMethod(),
    ];

    /// <summary>The method of that name, or null.</summary>
    public static CalibrationMethod? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(method => method.Name == name);
    }
}
