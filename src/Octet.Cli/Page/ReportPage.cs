using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Octet.Jobs;

namespace Octet.Cli;

/// <summary>
/// A report as one HTML file that needs nothing else. The page is a template with a style and a script; a run adds nothing but JSON, which
/// the script draws. So no name out of a model is ever put into markup.
/// </summary>
static class ReportPage
{
    public static Option<string> Option() => new("--report")
    {
        HelpName = "file",
        Description = "Also write the report as a page with drawings: one HTML file that a browser shows without a network.",
    };

    /// <summary>Looks at where a page is to go, before anything is run.</summary>
    /// <param name="path">The page; null for none.</param>
    /// <param name="inputs">What is read and must not be lost.</param>
    /// <exception cref="OutputFileException">It cannot be written, or would replace an input.</exception>
    public static void Check(string? path, IEnumerable<string?> inputs) => OutputCheck.Check([path], inputs);

    /// <summary>What every page says of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="kind">The command.</param>
    /// <param name="report">What it answers.</param>
    /// <param name="type">How that becomes JSON.</param>
    public static PageDocument Document<T>(CommandRun run, string kind, T report, JsonTypeInfo<T> type) => new(
        kind, CommandLineOf(run.Words))
    {
        Version = typeof(ReportPage).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
        Machine = $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, "
            + $"{Figures.Of(Environment.ProcessorCount, "processor")}, {RuntimeInformation.FrameworkDescription}",
        Made = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture),
        Report = JsonSerializer.SerializeToElement(report, type),
    };

    /// <summary>Writes the page; it appears whole or not at all.</summary>
    public static void Write(string path, PageDocument document) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        writer.Write(Text(document));
    });

    /// <summary>The page as text.</summary>
    /// <remarks>The encoder writes &lt;, &gt;, &amp; and quotes as \u003C and so on: nothing in the data can end the element that holds
    /// it.</remarks>
    public static string Text(PageDocument document) => Resource("report.html")
        .Replace("/*STYLE*/", Resource("report.css"), StringComparison.Ordinal)
        .Replace("/*SCRIPT*/", Resource("report.js"), StringComparison.Ordinal)
        .Replace("/*DATA*/", JsonSerializer.Serialize(document, CliJson.Page.PageDocument), StringComparison.Ordinal);

    static string Resource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The page's part {name} is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    static string CommandLineOf(IEnumerable<string> words) => string.Join(' ', words.Select(RemedyWords.Quoted).Prepend("octet"));
}
