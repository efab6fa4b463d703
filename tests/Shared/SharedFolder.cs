using System.Runtime.CompilerServices;

namespace Octet.TestSupport;

/// <summary>
/// Where models, pictures and golden numbers lie that do not belong to the repository: the folder that <c>OCTET_SHARED</c> names, else
/// <c>../shared</c>
/// beside the checkout. Tests that need them are skipped, with the reason, where they are absent.
/// </summary>
public static class SharedFolder
{
    public static string Root { get; } =
        Environment.GetEnvironmentVariable("OCTET_SHARED") ?? Path.GetFullPath(Path.Combine(Repository, "..", "shared"));

    /// <summary>The checkout that the tests were built from.</summary>
    public static string Repository => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", ".."));

    /// <summary>The full path of a file or folder; skips the running test if it is absent.</summary>
    public static string Require(params ReadOnlySpan<string> parts)
    {
        var path = Path.Combine([Root, .. parts]);
        Requirement.Check(Path.Exists(path), $"{path} is absent; OCTET_SHARED names the folder of shared models and data");
        return path;
    }

    /// <summary>The same path without skipping, for theories that list their cases; may not exist.</summary>
    public static string PathOf(params ReadOnlySpan<string> parts) => Path.Combine([Root, .. parts]);

    static string ThisFile([CallerFilePath] string path = "") => path;
}
