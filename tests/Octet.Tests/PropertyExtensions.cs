using FsCheck;

namespace Octet.Tests;

static class PropertyExtensions
{
    /// <summary>Tries a property on 200 random cases, the same ones in each run; a failure shows the smallest case that fails.</summary>
    public static void ShouldHold(this Property property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200).WithQuietOnSuccess(true).WithReplay(20261121, 1), property);
}
