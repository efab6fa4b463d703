using Octet.Data;
using Octet.Graphs;

namespace Octet.TestSupport;

/// <summary>The small classifier in <c>samples/signs</c>, which ships with the project, and its pictures.</summary>
public static class Signs
{
    static readonly string Folder = Path.Combine(SharedFolder.Repository, "samples", "signs");

    public static string Model { get; } = Path.Combine(Folder, "signs-mobilenetv2.onnx");

    /// <summary>The folder of 48 pictures to calibrate with.</summary>
    public static string Calibration { get; } = Path.Combine(Folder, "calibration");

    /// <summary>The folder of 192 pictures to measure accuracy on.</summary>
    public static string Validation { get; } = Path.Combine(Folder, "validation");

    /// <summary>The classes of <see cref="Validation"/>.</summary>
    public static string Labels { get; } = Path.Combine(Validation, "labels.txt");

    public static string Picture { get; } = Path.Combine(Validation, "000.png");

    /// <summary>How pictures become the model's input.</summary>
    public static ImagePreprocessing Preprocessing { get; } = new()
    {
        Mean = [123.675f, 116.28f, 103.53f],
        Scale = [0.017125f, 0.017507f, 0.017429f],
    };

    /// <summary>The same on the command line.</summary>
    public static IReadOnlyList<string> Options { get; } = ["--mean", "123.675,116.28,103.53", "--scale", "0.017125,0.017507,0.017429"];

    /// <summary>The prepared model, with its preprocessing in it; a new one each time.</summary>
    public static Model Load() => Quantizer.Load(Model, Preprocessing);
}
