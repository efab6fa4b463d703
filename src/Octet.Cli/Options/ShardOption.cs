using System.CommandLine;
using System.Globalization;
using Octet.Cluster;
using Octet.Data;

namespace Octet.Cli;

/// <summary><c>--shard</c>: a part of the samples, which the number of an array's task can say.</summary>
static class ShardOption
{
    const string Word = "array";

    public static Option<Shard> Create() => OptionKinds.Create("--shard", "k/n",
        "Measure the k-th of n parts of the samples only, to be merged later: 3/8. In tasks of an array, array takes both numbers from "
        + "Slurm's variables, and array/8 the first of Slurm's or Kubernetes'. Give all parts the options of the whole, --recipe, --search "
        + "and --tune-samples among them: the table carries the samples along that these run again.",
        text => Read(text, ArrayTask.OfThisProcess()));

    /// <param name="text">What was given.</param>
    /// <param name="task">The task that this process is; null outside of an array.</param>
    /// <exception cref="FormatException">The text is no part, or there is no array.</exception>
    internal static Shard Read(string text, ArrayTask? task)
    {
        if (text.Split('/') is not [Word, ..] words) return Shard.Parse(text, CultureInfo.InvariantCulture);
        if (task is not var (index, counted))
            throw new FormatException("'array' is for tasks of an array job, but neither SLURM_ARRAY_TASK_ID nor "
                + "JOB_COMPLETION_INDEX is set");
        var parts = words is [_, var last] ? last
            : counted?.ToString(CultureInfo.InvariantCulture)
                ?? throw new FormatException("Kubernetes does not tell how many completions there are; write array/8 for eight");
        var part = $"{index + 1}/{parts}";
        return Shard.TryParse(part, CultureInfo.InvariantCulture, out var shard) ? shard
            : throw new FormatException($"task {index} (from 0) is none of {parts} parts");
    }
}
