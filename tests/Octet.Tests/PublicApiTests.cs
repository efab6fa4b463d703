using PublicApiGenerator;

namespace Octet.Tests;

[Trait("Cpu", "any")]
public sealed class PublicApiTests
{
    /// <summary>A change of what users see is agreed to by changing the golden text.</summary>
    [Fact]
    public void The_public_surface_is_the_one_that_was_agreed() =>
        GoldenText.Check("tests/Octet.Tests/Golden/public-api.txt",
            typeof(Quantizer).Assembly.GeneratePublicApi(new() { IncludeAssemblyAttributes = false }).ReplaceLineEndings("\n") + "\n");

    [Fact]
    public void Operators_are_internal() =>
        typeof(Octet.Operators.Operator).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Octet.Operators.Operator)))
        .Select(type => type.Name).ShouldBe(["UnsupportedOperator"]);
}
