namespace Octet.TestSupport;

/// <summary>
/// Things outside the repository that some tests need. Where one is absent the test is skipped with the reason; in CI beside the shared
/// folder, where everything is promised to be there, it fails.
/// </summary>
public static class Requirement
{
    static bool IsPromised { get; } = Environment.GetEnvironmentVariable("CI") == "true" && Directory.Exists(SharedFolder.Root);

    /// <param name="isMet">Whether the thing is there.</param>
    /// <param name="reason">What is absent, and how to get it.</param>
    public static void Check(bool isMet, string reason)
    {
        if (isMet) return;
        if (IsPromised) Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
