using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Octet.Cli;
using Octet.Tests.Data;

namespace Octet.Tests.Cli;

/// <summary>The page that <c>--report</c> writes.</summary>
[Trait("Cpu", "any")]
public sealed partial class ReportPageTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quantize_writes_a_page_that_needs_nothing_else_and_holds_what_json_prints()
    {
        var page = _folder.PathOf("report.html");
        var run = Quantize("--report", page, "--json");

        run.ExitCode.ShouldBe(ExitCode.Success, run.Error);
        var text = File.ReadAllText(page);
        NeedsNothing(text);
        text.Length.ShouldBeLessThan(400_000);
        var data = DataOf(text);
        JsonNode.DeepEquals(data["report"], JsonNode.Parse(run.Output)).ShouldBeTrue();
        ((string)data["command"]!).ShouldStartWith($"octet quantize {Signs.Model} --data ");
        data["toDo"]!.AsArray().Select(line => (string)line!).ShouldContain(line => line.Contains("--validate", StringComparison.Ordinal));
    }

    /// <remarks>The network has 32 weights (see the test of TIDL's files). Ranges of fast come from histograms, and each histogram holds at
    /// least one number.</remarks>
    [Fact]
    public void Its_data_have_each_node_the_histogram_of_each_value_and_each_channel_of_each_weight()
    {
        var page = _folder.PathOf("report.html");
        Quantize("--report", page).ExitCode.ShouldBe(ExitCode.Success);

        var details = DataOf(File.ReadAllText(page))["details"]!;
        var nodes = details["nodes"]!.AsArray();
        nodes.Count(node => (bool)node!["hasWeights"]!).ShouldBe(32);
        nodes.Count(node => (bool)node!["isCompared"]!).ShouldBeGreaterThan(32);
        var weights = details["weights"]!.AsArray();
        weights.Count.ShouldBe(32);
        weights.ShouldAllBe(weight => weight!["lows"]!.AsArray().Count == Math.Min(256, (int)weight["channels"]!));
        // One scale for the tensor hides no channel.
        Quantize("--per-tensor", "--report", page).ExitCode.ShouldBe(ExitCode.Success);
        var channels = DataOf(File.ReadAllText(page))["details"]!["weights"]!.AsArray().Select(weight => (int)weight!["channels"]!);
        channels.ShouldBe(weights.Select(weight => (int)weight!["channels"]!));

        var values = details["values"]!.AsArray();
        values.Count.ShouldBeGreaterThan(30);
        values.ShouldAllBe(value => (long)value!["zeros"]! + value["counts"]!.AsArray().Sum(count => (long)count!) > 0);
        foreach (var value in values)
        {
            // The outermost bins hold what was seen last on either side.
            var (start, width, bins) = ((double)value!["start"]!, (double)value["binWidth"]!, value["counts"]!.AsArray().Count);
            (start + bins * width).ShouldBeGreaterThanOrEqualTo((double)value["seenHigh"]! - width, (string)value["name"]!);
        }
    }

    [Fact]
    public void No_name_breaks_out_of_the_data()
    {
        const string Hostile = "</script><script>alert(1)</script><!--/*SCRIPT*/ ' \" & \u2028";
        var report = new CompareReport([new(Hostile, "Conv", double.PositiveInfinity, 1)], [new(Hostile, Hostile, 20, 0.9)]);
        var text = ReportPage.Text(new("compare", $"octet compare {Hostile}")
        {
            Version = Hostile,
            Machine = Hostile,
            Made = "",
            Report = System.Text.Json.JsonSerializer.SerializeToElement(report, CliJson.Page.CompareReport),
        });

        // One element of data, one script, in the template.
        Regex.Count(text, "</script", RegexOptions.IgnoreCase).ShouldBe(2);
        Regex.Count(text, "<!--").ShouldBe(0);
        ((string)DataOf(text)["report"]!["layers"]![0]!["name"]!).ShouldBe(Hostile);
        ((string)DataOf(text)["command"]!).ShouldEndWith(Hostile);
        NeedsNothing(text);
    }

    [Fact]
    public void A_page_that_would_replace_what_is_read_or_another_result_is_refused_before_anything_runs()
    {
        var model = _folder.PathOf("model.onnx");
        File.Copy(Signs.Model, model);
        var before = File.ReadAllBytes(model);

        foreach (var page in (string[])[model, _folder.PathOf("int8.onnx"), _folder.PathOf("nowhere/report.html")])
        {
            var run = CliRun.Of(["quantize", model, "--data", Signs.Calibration, "--samples", "2", .. Signs.Options, "-o",
                _folder.PathOf("int8.onnx"), "--report", page]);
            run.ExitCode.ShouldBe(ExitCode.Failed);
            run.Error.ShouldContain(page);
            run.Error.ShouldNotContain("calibrate:");
        }
        File.ReadAllBytes(model).ShouldBe(before);
        File.Exists(_folder.PathOf("int8.onnx")).ShouldBeFalse();
    }

    [Fact]
    public void Check_and_compare_write_pages_too_and_refuse_to_replace_what_they_read()
    {
        var (model, page) = (_folder.PathOf("model.onnx"), _folder.PathOf("report.html"));
        File.Copy(Signs.Model, model);

        var check = CliRun.Of("check", model, "--json", "--report", page);
        check.ExitCode.ShouldBe(ExitCode.Success, check.Error);
        JsonNode.DeepEquals(DataOf(File.ReadAllText(page))["report"], JsonNode.Parse(check.Output)).ShouldBeTrue();

        string[] line = ["compare", model, model, "--data", Signs.Calibration, "--samples", "1", .. Signs.Options];
        var compare = CliRun.Of([.. line, "--json", "--report", page]);
        compare.ExitCode.ShouldBe(ExitCode.Success, compare.Error);
        var data = DataOf(File.ReadAllText(page));
        JsonNode.DeepEquals(data["report"], JsonNode.Parse(compare.Output)).ShouldBeTrue();
        data["models"]!.AsArray().Select(name => (string)name!).ShouldBe([model, model]);

        CliRun.Of("check", model, "--report", model).ExitCode.ShouldBe(ExitCode.Failed);
        CliRun.Of([.. line, "--report", model]).ExitCode.ShouldBe(ExitCode.Failed);
        File.ReadAllBytes(model).ShouldBe(File.ReadAllBytes(Signs.Model));
    }

    /// <remarks>The network has one Gemm; the first node in its order has number 1. The probe stands in for a person: it types into the
    /// filter and presses the heading of the first column, and notes what is there then.</remarks>
    [Fact]
    public void A_browser_draws_it_without_an_error_and_its_table_filters_and_sorts()
    {
        var page = _folder.PathOf("report.html");
        Quantize("--report", page).ExitCode.ShouldBe(ExitCode.Success);
        const string Probe = """
            <script>
            const field = document.querySelector('input[type=search]');
            const rows = () => document.querySelectorAll('.rows tbody tr');
            const type = text => { field.value = text; field.dispatchEvent(new Event('input')); };
            const notes = [];
            type('gemm'); notes.push('filtered ' + rows().length); type('');
            document.querySelector('.rows th button').click(); notes.push('first ' + rows()[0].cells[0].textContent);
            document.getElementById('theme').click(); notes.push('theme ' + document.documentElement.dataset.theme);
            for (const box of document.querySelectorAll('details')) box.open = true;
            setTimeout(() => {
              notes.push('empty ' + [...document.querySelectorAll('details')].filter(box => box.children.length < 2).length);
              document.body.append(notes.join(', '));
            }, 100);
            </script></body>
            """;
        File.WriteAllText(page, File.ReadAllText(page).Replace("</body>", Probe, StringComparison.Ordinal));

        var shown = ShowWithoutErrors(page);
        shown.ShouldContain("<title>octet quantize: signs-mobilenetv2.onnx</title>");
        shown.ShouldContain("filtered 1, first 1, theme light, empty 0");
    }

    [Fact]
    public void A_browser_draws_the_pages_of_check_and_compare_without_an_error()
    {
        var page = _folder.PathOf("report.html");
        string[] samples = ["--data", Signs.Calibration, "--samples", "1", .. Signs.Options, "--report", page];

        CliRun.Of(["check", Signs.Model, .. samples]).ExitCode.ShouldBe(ExitCode.Success);
        ShowWithoutErrors(page).ShouldContain("16 or 8 bits</h2>");

        CliRun.Of(["compare", Signs.Model, Signs.Model, .. samples]).ExitCode.ShouldBe(ExitCode.Success);
        ShowWithoutErrors(page).ShouldContain("Layers, the noisiest first</h2>");
    }

    /// <summary>The document as a browser has it when scripts have run; the last thing that the script draws is there.</summary>
    string ShowWithoutErrors(string page)
    {
        string[] places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
        var browser = places.FirstOrDefault(File.Exists);
        if (browser is null) Assert.Skip("No Chromium is installed.");
        var start = new ProcessStartInfo(browser) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] words =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={_folder.PathOf("browser")}",
            "--enable-logging=stderr", "--v=0", "--virtual-time-budget=5000", "--dump-dom", $"file://{page}",
        ];
        foreach (var word in words) start.ArgumentList.Add(word);
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var end = patience.Token.Register(() => process.Kill(entireProcessTree: true));
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var shown = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors.GetAwaiter().GetResult().ShouldNotContain("CONSOLE");
        shown.ShouldContain("Data</h2>");
        return shown;
    }

    CliRun Quantize(params string[] more) => CliRun.Of(["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "2", "--recipe",
        "fast", .. Signs.Options, "-o", _folder.PathOf("int8.onnx"), .. more]);

    static JsonNode DataOf(string page) => JsonNode.Parse(DataElement().Match(page).Groups[1].Value)!;

    /// <summary>Nothing is loaded: no attribute or rule that names a file, and no address but the name of SVG.</summary>
    static void NeedsNothing(string page)
    {
        var template = DataElement().Replace(page, "");
        Regex.Count(template, @"\b(src|href|action)\s*=|url\(|@import|\bfetch\(|XMLHttpRequest|<link|<img|<iframe").ShouldBe(0);
        Regex.Matches(template, @"https?://[^'""\s]*").Select(match => match.Value)
            .ShouldAllBe(address => address == "http://www.w3.org/2000/svg");
        template.ShouldContain("default-src 'none'");
        template.ShouldNotContain("/*STYLE*/");
        template.ShouldNotContain("/*DATA*/");
    }

    [GeneratedRegex("""<script type="application/json" id="data">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex DataElement();
}
