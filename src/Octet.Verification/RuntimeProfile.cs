using System.Text.Json;

namespace Octet.Verification;

/// <summary>The share of one operator in the time that a model takes.</summary>
/// <param name="Operator">The type of the nodes, as ONNX Runtime runs them.</param>
/// <param name="Nodes">How many there are.</param>
/// <param name="Percent">Of the time of all nodes.</param>
public sealed record OperatorTime(string Operator, int Nodes, double Percent);

/// <summary>Reads the profiles that ONNX Runtime writes.</summary>
static class RuntimeProfile
{
    /// <summary>Adds up the times of all nodes by operator, the longest first.</summary>
    /// <param name="path">A profile: a JSON array of events, of which those of the category <c>Node</c> have an operator and a duration in
    /// microseconds.</param>
    public static IReadOnlyList<OperatorTime> Read(string path)
    {
        using var file = File.OpenRead(path);
        using var profile = JsonDocument.Parse(file);
        var nodes = profile.RootElement.EnumerateArray().Where(IsKernelTime)
            .Select(entry => (Operator: entry.GetProperty("args").GetProperty("op_name").GetString() ?? "",
                Name: entry.GetProperty("name").GetString(), Microseconds: entry.GetProperty("dur").GetDouble())).ToArray();
        var total = nodes.Sum(node => node.Microseconds);
        return
        [
            .. nodes.GroupBy(node => node.Operator)
                .Select(group => new OperatorTime(group.Key, group.Select(node => node.Name).Distinct().Count(),
                    total == 0 ? 0 : 100 * group.Sum(node => node.Microseconds) / total))
                .OrderByDescending(time => time.Percent).ThenBy(time => time.Operator, StringComparer.Ordinal),
        ];
    }

    static bool IsKernelTime(JsonElement entry) =>
        entry.TryGetProperty("cat", out var category) && category.ValueEquals("Node")
        && entry.TryGetProperty("args", out var args) && args.TryGetProperty("op_name", out _)
        && entry.TryGetProperty("name", out var name) && name.GetString()!.EndsWith("_kernel_time", StringComparison.Ordinal);
}
