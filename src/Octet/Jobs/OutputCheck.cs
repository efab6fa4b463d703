using Octet.Data;
using Octet.Onnx;

namespace Octet.Jobs;

/// <summary>Looks at where results are to go before anything long is done.</summary>
public static class OutputCheck
{
    /// <summary>Begins to write each file, and takes it back.</summary>
    /// <param name="outputs">The files to be written; null for none.</param>
    /// <param name="inputs">What is read and must not be lost: files, and folders or lists of samples or labels; null for none.</param>
    /// <exception cref="OutputFileException">One cannot be written, is read too, or has the name of another; the message names all of
    /// them.</exception>
    public static void Check(IEnumerable<string?> outputs, IEnumerable<string?> inputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        ArgumentNullException.ThrowIfNull(inputs);
        var read = inputs.OfType<string>().Where(input => input.Length > 0).ToArray();
        var problems = new List<(string, string)>();
        var seen = new HashSet<string>();
        foreach (var output in outputs.OfType<string>())
        {
            if (ProblemOf(output, read, seen) is { } problem) problems.Add((output, problem));
        }
        if (problems.Count > 0) throw OutputFileException.Of(problems);
    }

    static string? ProblemOf(string output, string[] inputs, HashSet<string> seen)
    {
        if (output.Length == 0) return AtomicFile.ProblemOf(output);
        string target;
        try
        {
            target = AtomicFile.Final(output);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return problem.Message;
        }

        if (!seen.Add(target)) return "two results would have this name; give another to one of them.";
        foreach (var input in inputs)
        {
            if (!SampleFiles.Include(input, target)) continue;
            return AtomicFile.Final(input) == target
                ? "it is read too, and would be lost; name another file."
                : $"it is one of the files that '{input}' gives, and would be lost; name another file.";
        }
        if (ExternalDataFile.Candidates(target).FirstOrDefault(data => inputs.Any(input => AtomicFile.Final(input) == data)) is { } weights)
        {
            return $"its weights might replace '{weights}', which is read; name another file.";
        }
        return AtomicFile.ProblemOf(output);
    }
}
