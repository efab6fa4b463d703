using System.Text.RegularExpressions;

namespace Octet.Tests;

[Trait("Cpu", "any")]
public sealed class DocumentationTests
{
    [Fact]
    public void Every_public_type_has_its_way_in_the_docs()
    {
        var types = typeof(Quantizer).Assembly.GetExportedTypes().Where(type => !type.IsNested).Select(type => type.Name.Split('`')[0])
            .Distinct();
        var pages = Directory.GetFiles(Path.Combine(SharedFolder.Repository, "docs"), "*.md")
            .Append(Path.Combine(SharedFolder.Repository, "README.md"));
        var words = pages.SelectMany(page => Regex.Matches(File.ReadAllText(page), "[A-Za-z0-9]+")).Select(match => match.Value)
            .ToHashSet();

        types.Where(type => !words.Contains(type)).ShouldBeEmpty("Say in docs/library.md what these types are for, or make them internal.");
    }

    [Fact]
    public void Links_between_pages_lead_somewhere()
    {
        var pages = Directory.GetFiles(Path.Combine(SharedFolder.Repository, "docs"), "*.md")
            .Concat(Directory.GetFiles(SharedFolder.Repository, "*.md"));
        var links = pages.SelectMany(
            page => Regex.Matches(File.ReadAllText(page), @"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)")
                .Select(link => (Page: page, File: link.Groups[1].Value, Heading: link.Groups[2].Value)));

        var broken = links.Where(
            link => !IsThere(link.File.Length == 0 ? link.Page : Path.Combine(Path.GetDirectoryName(link.Page)!, link.File), link.Heading));

        broken.Select(link => $"{Path.GetFileName(link.Page)}: {link.File}#{link.Heading}").ShouldBeEmpty();
    }

    [Fact]
    public void The_list_of_pages_names_each_page()
    {
        var docs = Path.Combine(SharedFolder.Repository, "docs");
        var list = File.ReadAllText(Path.Combine(docs, "README.md"));

        var pages = Directory.GetFiles(docs, "*.md").Select(page => Path.GetFileName(page)).Where(page => page != "README.md");

        pages.Where(page => !list.Contains($"]({page})", StringComparison.Ordinal))
            .ShouldBeEmpty("Add a line for these pages to docs/README.md.");
    }

    static bool IsThere(string path, string heading) =>
        Path.Exists(path)
        && (heading.Length == 0 || File.ReadLines(path).Any(line => line.StartsWith('#') && Anchor(line.TrimStart('#').Trim()) == heading));

    /// <summary>As GitHub makes it: small letters, hyphens for blanks, no other signs.</summary>
    static string Anchor(string heading) => Regex.Replace(heading.ToLowerInvariant(), "[^a-z0-9 _-]", "").Replace(' ', '-');
}
