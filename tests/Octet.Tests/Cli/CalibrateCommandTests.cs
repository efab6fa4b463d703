using System.Text.Json.Nodes;
using Octet.Calibration.Formats;
using Octet.Cli;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Tensors;
using Octet.Tests.Data;

namespace Octet.Tests.Cli;

/// <summary><c>octet calibrate</c> and what <c>octet quantize</c> makes of its tables, on the sample that ships with the project.</summary>
public sealed class CalibrateCommandTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Formats => [.. CalibrationFormats.All.Select(format => format.Name)];

    public void Dispose() => _folder.Dispose();

    static CliRun Succeed(params string[] arguments)
    {
        var run = CliRun.Of([.. arguments, "--quiet"]);
        run.ExitCode.ShouldBe(ExitCode.Success, customMessage: run.Error);
        return run;
    }

    [Fact]
    public void Parts_measured_apart_make_the_same_file_as_one_run()
    {
        for (var part = 1; part <= 3; part++)
            Succeed(["calibrate", Signs.Model, "--data", Signs.Calibration, "--samples", "8", "--shard", $"{part}/3", .. Signs.Options,
                "-o", _folder.PathOf($"part{part}.json")]);
        Succeed(["calibrate", Signs.Model, "--data", Signs.Calibration, "--samples", "8", .. Signs.Options, "-o",
            _folder.PathOf("whole.json")]);

        Succeed(["calibrate", Signs.Model, "--merge", _folder.PathOf("part3.json"), _folder.PathOf("part1.json"), .. Signs.Options, "-o",
            _folder.PathOf("two.json")]);
        var run = Succeed(
            ["calibrate", Signs.Model, "--merge", _folder.PathOf("part2.json"), _folder.PathOf("two.json"), .. Signs.Options, "-o",
                _folder.PathOf("all.json")]);

        File.ReadAllText(_folder.PathOf("all.json")).ShouldBe(File.ReadAllText(_folder.PathOf("whole.json")));
        run.Output.ShouldContain("from 8 samples, merged");
    }

    [Fact]
    public void Parts_can_be_searched_and_tuned_without_data_as_the_whole_is()
    {
        string[] options = ["--samples", "8", "--search", "cosine", "--tune-samples", "3", .. Signs.Options];
        for (var part = 1; part <= 2; part++)
            Succeed(["calibrate", Signs.Model, "--data", Signs.Calibration, "--shard", $"{part}/2", .. options, "-o",
                _folder.PathOf($"part{part}")]);
        Succeed(["calibrate", Signs.Model, "--data", Signs.Calibration, "--format", "tpu-mlir", .. options, "-o", _folder.PathOf("whole")]);

        Succeed(["calibrate", Signs.Model, "--merge", _folder.PathOf("part1"), _folder.PathOf("part2"), "--format", "tpu-mlir", .. options,
            "-o", _folder.PathOf("merged")]);

        File.ReadAllText(_folder.PathOf("merged")).ShouldBe(File.ReadAllText(_folder.PathOf("whole")));
        var run = CliRun.Of(["calibrate", Signs.Model, "--merge", _folder.PathOf("part1"), .. options, "-o", _folder.PathOf("one")]);
        run.Error.ShouldContain("A search for the best method runs samples again after they were measured, but the statistics are of 4 of");
    }

    [Theory, MemberData(nameof(Formats))]
    public void A_table_of_every_format_makes_a_model_near_the_float_one(string format)
    {
        Succeed(["calibrate", Signs.Model, "--data", Signs.Calibration, "--samples", "8", "--format", format, .. Signs.Options, "-o",
            _folder.PathOf("table")]);

        var run = Succeed(
            ["quantize", Signs.Model, "--table", _folder.PathOf("table"), "--test-input", Signs.Calibration, "--tolerance", "0.97,0.7",
                .. Signs.Options, "-o", _folder.PathOf("int8.onnx"), "--json"]);

        var report = JsonNode.Parse(run.Output)!;
        report["unknownNames"]!.AsArray().ShouldBeEmpty();
        ((int)report["check"]!["checked"]!).ShouldBe(1);
    }

    [Fact]
    public void Names_that_a_format_cannot_write_are_told_before_anything_is_measured()
    {
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        graph.AddOutput(graph.Add("Relu", [graph.AddInput("in put", DataType.Float32, new SymbolicShape(1, 4))], "y"));
        OnnxWriter.Write(new() { Graph = graph }, _folder.PathOf("net.onnx"));

        var run = CliRun.Of("calibrate", _folder.PathOf("net.onnx"), "--data", "absent", "--format", "tpu-mlir", "-o",
            _folder.PathOf("table"));

        run.ExitCode.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("1 name(s) are empty or contain blanks, which this format has no way to write: 'in put'; another format "
            + "can.");
    }

    [Fact]
    public void A_missed_tolerance_is_told_in_a_table_with_exit_code_1()
    {
        string[] quantize =
            ["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "4", .. Signs.Options, "-o", _folder.PathOf("int8.onnx"),
                "--tolerance", "0.9999999,0.9999"];

        var run = CliRun.Of([.. quantize, "--compare-all", "--except", "logits"]);
        var unknown = CliRun.Of([.. quantize, "--except", "logit"]);

        run.ExitCode.ShouldBe(ExitCode.Failed);
        run.Error.TrimEnd().ShouldMatch("layer that adds most noise is '.*What to do: .*\\.$");
        run.Error.ShouldContain("are further from the float model than cosine 1 and Euclid similarity 0.9999 allow:");
        run.Error.ShouldContain("  Conv ");
        run.Error.ShouldNotContain("logits");
        run.Output.ShouldContain("values within tolerance");
        unknown.ExitCode.ShouldBe(ExitCode.Failed);
        unknown.Error.ShouldContain("did you mean 'logits'?");
    }

    [Fact]
    public void A_search_tries_every_method_and_keeps_the_best()
    {
        var run = Succeed(
            ["calibrate", Signs.Model, "--data", Signs.Calibration, "--samples", "4", "--search", "sqnr", .. Signs.Options, "-o",
                _folder.PathOf("table.json"), "--json"]);

        var report = JsonNode.Parse(run.Output)!;
        var figures = report["search"]!.AsArray().Select(found => (double)found!["sqnrDb"]!).ToArray();
        figures.Length.ShouldBe(Octet.Calibration.CalibrationMethods.All.Count);
        figures.ShouldBe(figures.OrderDescending());
        ((string)report["method"]!).ShouldBe((string)report["search"]![0]!["method"]!);
    }

    [Theory, InlineData("fast"), InlineData("best")]
    public void Quantizing_can_search_too(string recipe)
    {
        var output = _folder.PathOf("model.onnx");
        var run = Succeed(
            ["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "4", "--recipe", recipe, "--search", "cosine",
                .. Signs.Options, "-o", output, "--json"]);

        var report = JsonNode.Parse(run.Output)!;
        var figures = report["search"]!.AsArray().Select(found => (double)found!["cosine"]!).ToArray();
        figures.Length.ShouldBe(Octet.Calibration.CalibrationMethods.All.Count);
        figures.ShouldBe(figures.OrderDescending());
        ((string)report["method"]!).ShouldBe((string)report["search"]![0]!["method"]!);
        File.Exists(output).ShouldBeTrue();
    }

    [Fact]
    public void A_recipe_that_finds_ranges_itself_has_nothing_to_search()
    {
        var run = CliRun.Of(
            ["quantize", Signs.Model, "--data", Signs.Calibration, "--samples", "4", "--recipe", "ti-simple", "--search", "cosine",
                .. Signs.Options, "-o", _folder.PathOf("model.onnx")]);

        run.ExitCode.ShouldBe(ExitCode.Failed);
        run.Error.ShouldContain("'pow2-best' has the same integers");
    }

    [Theory]
    [InlineData("--search runs samples; give --data", "--table", "a", "--search", "cosine")]
    [InlineData("--search tries all methods", "--data", "a", "--method", "kl", "--search", "cosine")]
    [InlineData("--samples counts what is calibrated with; give --data", "--table", "a", "--samples", "3")]
    public void A_search_or_count_that_cannot_be_is_wrong_usage(string message, params string[] arguments)
    {
        var run = CliRun.Of(["quantize", Signs.Model, "-o", _folder.PathOf("model.onnx"), .. arguments]);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ShouldStartWith(message);
    }

    [Fact]
    public void Tuning_writes_a_table_that_says_so()
    {
        Succeed(["calibrate", Signs.Model, "--data", Signs.Calibration, "--samples", "4", "--method", "kld", "--tune-samples", "2",
            "--format", "tpu-mlir", .. Signs.Options, "-o", _folder.PathOf("table")]);

        File.ReadAllText(_folder.PathOf("table")).ShouldContain("# tune number: 2\n###\n# op_name    threshold    min    max\ninput ");
    }

    [Theory]
    [InlineData("Give --data to measure, or --merge")]
    [InlineData("--data and --data-list are two ways", "--data", "a", "--data-list", "b")]
    [InlineData("--merge needs no --data", "--data", "a", "--merge", "b")]
    [InlineData("--search tries all methods", "--data", "a", "--search", "cosine", "--method", "kld")]
    [InlineData("--shard measures and --merge does not", "--merge", "a", "--shard", "1/2")]
    [InlineData("--tune-list: tuning looks at the whole", "--data", "a", "--shard", "1/2", "--tune-list", "b")]
    [InlineData("--shard needs --format octet", "--data", "a", "--shard", "1/2", "--format", "ncnn")]
    [InlineData("--shard: '3/2' is no part; write 3/8", "--data", "a", "--shard", "3/2")]
    [InlineData("--format: 'tensort' is not one of", "--data", "a", "--format", "tensort")]
    [InlineData("--bins: the method minmax looks at no histogram", "--data", "a", "--bins", "64", "--method", "minmax")]
    [InlineData("--bins: 100 is no power of two; 128 is", "--data", "a", "--bins", "100")]
    [InlineData("--bins: the method kld needs at least 128", "--data", "a", "--bins", "64", "--method", "kld")]
    [InlineData("--bins: a search needs at least 128", "--data", "a", "--bins", "64", "--search", "cosine")]
    public void Wrong_combinations_end_with_exit_code_2(string message, params string[] arguments)
    {
        var run = CliRun.Of(["calibrate", Signs.Model, "-o", _folder.PathOf("table"), .. arguments]);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ShouldStartWith(message);
    }

    [Theory]
    [InlineData("--asymmetric and --partial-table say how a given --table is read", "--data", "a", "--asymmetric")]
    [InlineData("--compare-all needs --tolerance", "--data", "a", "--compare-all")]
    [InlineData("--tolerance runs samples; give --test-input", "--table", "a", "--tolerance", "1,1")]
    [InlineData("--tolerance: give two numbers", "--data", "a", "--tolerance", "1")]
    [InlineData("--tolerance: give two numbers of at most 1", "--data", "a", "--tolerance", "80,50")]
    [InlineData("--tolerance: 'nan' is no number", "--data", "a", "--tolerance", "nan,nan")]
    [InlineData("--metric is measured on --validate", "--data", "a", "--metric", "map")]
    [InlineData("--decoder says how boxes are read", "--data", "a", "--validate", "v", "--labels", "l", "--decoder", "ssd")]
    public void Wrong_combinations_of_quantize_end_with_exit_code_2(string message, params string[] arguments)
    {
        var run = CliRun.Of(["quantize", Signs.Model, "-o", _folder.PathOf("int8.onnx"), .. arguments]);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Error.ShouldStartWith(message);
    }
}
