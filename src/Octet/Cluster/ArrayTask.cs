using System.Globalization;

namespace Octet.Cluster;

/// <summary>Which task of an array job this process is: Slurm's <c>--array</c>, or an indexed job of Kubernetes.</summary>
/// <param name="Index">0..<paramref name="Count"/> − 1.</param>
/// <param name="Count">How many tasks there are; null where the system does not say, as Kubernetes.</param>
public readonly record struct ArrayTask(int Index, int? Count)
{
    /// <summary>What the variables of this process say; null outside of an array.</summary>
    public static ArrayTask? OfThisProcess() => Of(Environment.GetEnvironmentVariable);

    /// <summary>Slurm counts from any number and in any steps; Kubernetes from 0.</summary>
    internal static ArrayTask? Of(Func<string, string?> variable)
    {
        if (Number("SLURM_ARRAY_TASK_ID") is { } id)
        {
            var index = (id - (Number("SLURM_ARRAY_TASK_MIN") ?? 0)) / Math.Max(1, Number("SLURM_ARRAY_TASK_STEP") ?? 1);
            return new(index, Number("SLURM_ARRAY_TASK_COUNT"));
        }
        return Number("JOB_COMPLETION_INDEX") is { } completion ? new(completion, null) : null;

        int? Number(string name) =>
            int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}
