namespace Octet.ConformanceTests;

/// <summary>Tests of networks that packages carry.</summary>
static class PackageReach
{
    /// <summary>What a package holds; the test is skipped, with the reason, where the package cannot be had.</summary>
    /// <param name="require">Gets the package.</param>
    public static T OrSkip<T>(Func<T> require)
    {
        try
        {
            return require();
        }
        catch (OutOfReachException reason)
        {
            Assert.Skip($"A package registry is out of reach, or its client is absent ({reason.Message})");
            throw;
        }
    }
}
