using System.CommandLine;
using Octet.Exporting;
using Octet.Jobs;
using Octet.Planning;
using Octet.Reporting;
using Octet.TexasInstruments;

namespace Octet.Cli;

/// <summary>What is written for TI's tools beside the integer model.</summary>
sealed class TidlOptions() : OptionGroup("Files for TIDL")
{
    readonly Option<string> _folder = OptionKinds.Text("--tidl", "folder",
        "Also write the model as TI's tools take it, for recipes ti-* and pow2-best: NAME.onnx in floats with Clips that say the ranges, "
        + "NAME.tidl.txt for the import tool, NAME.tidl.json for ONNX Runtime with TIDL. They are read back and held against what was "
        + "calibrated.");

    readonly Option<string> _weights = OptionKinds.Choice(
        "--tidl-weights",
        "Weights in that file: in floats, which TIDL rounds to the same integers, or on their grid already. float if left out.",
        ("float", "float"), ("grid", "grid"));

    readonly Option<int> _version =
        OptionKinds.Count("--tidl-version",
            $"The major version of TIDL that will read it, which decides calibrationOption; {TidlSettings.FirstWithRangesFromModel} or "
            + "newer if left out.", max: 99);

    public override IReadOnlyList<Option> Options => [_folder, _weights, _version];

    /// <summary>What to write; null for nothing.</summary>
    /// <exception cref="UsageException">The recipe gives scales that TIDL cannot take, or a detail was given without the
    /// folder.</exception>
    public TidlOutput? Read(CommandRun run, Recipe recipe)
    {
        if (run.Get(_folder) is not { } folder)
        {
            return Options.FirstOrDefault(run.Has) is not { } detail
                ? null : throw new UsageException($"{detail.Name} needs --tidl, which says where the files go.");
        }
        if (!recipe.Config.Activations.PowerOfTwo)
            throw new UsageException($"--tidl needs a recipe for TI, with scales that are powers of two: --recipe "
                + $"ti-advanced; {recipe.Name} has others.");
        return new(folder)
        {
            WeightsOnGrid = run.Get(_weights) == "grid",
            Version = run.Has(_version) ? run.Get(_version) : TidlSettings.FirstWithRangesFromModel
        };
    }

    /// <summary>What was written and checked, in lines.</summary>
    public static IEnumerable<string> Lines(TidlReport report) =>
    [
        string.Join(", ", report.Files),
        $"read back: {report.Ranges} ranges from Clips and {report.Scales} scales of the integer model are the calibrated powers of two",
        $"read back: {report.SameWeights} of {report.Weights} weights, {(report.WeightsOnGrid ? "on their grid" : "in floats")}, become "
            + "the same integers by the scale of their greatest magnitude"
            + (report.SameWeights < report.Weights
                ? "; in the others the greatest was rounded to a power of two, and gives finer steps" : ""),
    ];
}
