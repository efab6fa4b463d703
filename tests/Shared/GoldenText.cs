using System.Reflection;
using System.Runtime.CompilerServices;

namespace Octet.TestSupport;

/// <summary>Text files that tests hold to be true: lists of what works, generated docs, output of commands, dumps of graphs.</summary>
/// <remarks>With <c>OCTET_UPDATE=1</c> the files are rewritten instead, so that the change shows in a diff for someone to judge.</remarks>
public static class GoldenText
{
    public static bool IsUpdating { get; } = Environment.GetEnvironmentVariable("OCTET_UPDATE") == "1";

    /// <summary>Fails unless the file holds exactly <paramref name="actual"/>; the message has the first difference and the command that
    /// rewrites the file.</summary>
    /// <param name="path">Relative to the repository.</param>
    /// <param name="actual">The text as it is now, with <c>\n</c> at the end of each line.</param>
    /// <param name="testFile">The test's own file; the compiler fills it in.</param>
    public static void Check(string path, string actual, [CallerFilePath] string testFile = "")
    {
        var file = Path.Combine(SharedFolder.Repository, path);
        if (IsUpdating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
            return;
        }
        var expected = File.Exists(file) ? File.ReadAllText(file) : "";
        if (actual == expected) return;

        Assert.Fail($"{path} does not say what is true now. {FirstDifference(expected, actual)}\nIf the change is "
            + $"meant: {UpdateCommand(testFile)}");
    }

    /// <summary>The command that rewrites what the tests of a file check.</summary>
    /// <param name="testFile">The test's own file; the compiler fills it in.</param>
    public static string UpdateCommand([CallerFilePath] string testFile = "") =>
        $"OCTET_UPDATE=1 dotnet run --project tests/{Assembly.GetExecutingAssembly().GetName().Name} -c Release -- -class "
        + $"'*.{Path.GetFileNameWithoutExtension(testFile)}'";

    static string FirstDifference(string expected, string actual)
    {
        var (was, isNow) = (expected.Split('\n'), actual.Split('\n'));
        var line = was.Zip(isNow).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"The first difference is in "
            + $"line {line + 1}:\n- {was.ElementAtOrDefault(line) ?? "(the end)"}\n+ {isNow.ElementAtOrDefault(line) ?? "(the end)"}";
    }
}
