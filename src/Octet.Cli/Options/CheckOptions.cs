using System.CommandLine;
using Octet.Jobs;
using Octet.Reporting;

namespace Octet.Cli;

/// <summary>How near to the float model an integer one has to be; as tpu-mlir's model_deploy checks it.</summary>
sealed class CheckOptions() : OptionGroup("Check against the float model")
{
    readonly Option<float[]> _tolerance = OptionKinds.Numbers(
        "--tolerance", "cos,euclid",
        "The least cosine and Euclid similarity, 1 - |a - b| / |(a + b) / 2|, of outputs: 0.8,0.5 are usual. If one is less, a table says "
        + "which, and the exit code is 1.");

    readonly Option<string> _samples = OptionKinds.Text("--test-input", "path",
        "The samples to check on; takes what --data takes. The first 16 of --data if left out.");

    readonly Option<bool> _all = OptionKinds.Flag("--compare-all", "Check every value that both models have, not the outputs alone.");

    readonly Option<string[]> _except = OptionKinds.Texts("--except", "names", "Values to leave out of the check.");

    public override IReadOnlyList<Option> Options => [_tolerance, _samples, _all, _except];

    public Option Tolerance => _tolerance;

    public Option Samples => _samples;

    /// <summary>The options that mean nothing without a tolerance.</summary>
    public IReadOnlyList<Option> Details => [_samples, _all, _except];

    /// <summary>What is to be checked; null for nothing.</summary>
    public ToleranceCheck? Read(CommandRun run)
    {
        if (!run.Has(_tolerance)) return null;
        var (cosine, euclid) = Pair(run.Require(_tolerance));
        return new()
        { MinCosine = cosine, MinEuclid = euclid, Samples = run.Get(_samples), All = run.Get(_all), Except = run.Get(_except) ?? [] };
    }

    /// <exception cref="UsageException">There are not two numbers, or nothing could be as near.</exception>
    public static (float Cosine, float Euclid) Pair(float[] tolerance) => tolerance is [<= 1 and var cosine, <= 1 and var euclid]
        ? (cosine, euclid)
        : throw new UsageException("--tolerance: give two numbers of at most 1, the least cosine and the least Euclid similarity, as in "
            + "0.8,0.5.");

    /// <summary>What was found, in one line.</summary>
    public static string Summary(CheckReport check) =>
        $"{check.Checked - check.Missed.Count} of {check.Checked} values within tolerance; the worst "
        + $"cosine {Figures.Cosine(check.WorstCosine)}, Euclid similarity {Figures.Cosine(check.WorstEuclid)}";
}
