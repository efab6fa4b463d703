namespace Octet.ConformanceTests;

/// <summary>What Octet leaves out and why, from a file of lines <c>test NAME: REASON</c> and <c>operator NAME: REASON</c>; lines that start
/// with # say something to people.</summary>
/// <param name="Tests">Tests of the operator suite that do not pass.</param>
/// <param name="Operators">Operators of ONNX that Octet does not have.</param>
sealed record LeftOut(IReadOnlyList<(string Name, string Reason)> Tests, IReadOnlyList<(string Name, string Reason)> Operators)
{
    public static LeftOut Read(string path)
    {
        var entries = File.ReadLines(Path.Combine(SharedFolder.Repository, path)).Where(line => line.Length > 0 && line[0] != '#')
            .Select(Parse).ToArray();
        return new(
            [.. entries.Where(entry => entry.Kind == "test").Select(entry => (entry.Name, entry.Reason))],
            [.. entries.Where(entry => entry.Kind == "operator").Select(entry => (entry.Name, entry.Reason))]);
    }

    static (string Kind, string Name, string Reason) Parse(string line) =>
        line.Split(": ", 2) is [var subject, var reason] && subject.Split(' ') is [("test" or "operator") and var kind, var name]
        ? (kind, name, reason)
        : throw new FormatException($"'{line}' is not of the form 'test NAME: REASON' or 'operator NAME: REASON'.");
}
