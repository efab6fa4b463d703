using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Octet.Tests;

[Trait("Cpu", "any")]
public sealed partial class DependenciesTests
{
    [Fact]
    public void The_page_of_dependencies_names_each_pinned_package_with_its_version_and_a_reason()
    {
        var pinned = XDocument.Load(Path.Combine(SharedFolder.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(package => $"{package.Attribute("Include")!.Value} {package.Attribute("Version")!.Value}");
        var documented = File.ReadLines(Path.Combine(SharedFolder.Repository, "docs", "dependencies.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success)
            .Select(row => $"{row.Groups["name"].Value} {row.Groups["version"].Value}");

        documented.Order().ShouldBe(pinned.Order());
    }

    [GeneratedRegex(@"^\| (?<name>[\w.-]+) \| (?<version>\d[\w.-]*) \| \S.* \|$")]
    private static partial Regex Row();
}
