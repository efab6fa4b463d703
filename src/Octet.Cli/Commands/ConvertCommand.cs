using System.CommandLine;
using Octet.Exporting;
using Octet.Jobs;

namespace Octet.Cli;

/// <summary><c>octet convert model.int8.onnx --format qoperator -o model.qop.onnx</c>: one form of a quantized file to the other.</summary>
sealed class ConvertCommand : OctetCommand
{
    /// <summary>Nodes that stay as they were and are listed.</summary>
    const int Shown = 10;

    readonly ModelArgument _model = new("The quantized ONNX model, of any tool.");
    readonly Option<string> _output = OutputOption.Create("Where the converted model goes.");
    readonly Option<QuantizedFormat> _format = FormatOption("The form that is written");

    public ConvertCommand(Terminal terminal)
        : base(terminal, "convert", "Brings a quantized model from the QDQ form into the QOperator form, or back.")
    {
        Add(_model);
        Add(_output);
        _format.Required = true;
        Add(_format);
    }

    /// <summary>The forms that ONNX has for integers.</summary>
    /// <param name="what">How the help begins.</param>
    public static Option<QuantizedFormat> FormatOption(string what) => OptionKinds.Choice(
        "--format", $"{what}: qdq, pairs of QuantizeLinear and DequantizeLinear around operators on real numbers, which all runtimes with "
        + "integers take; or qoperator, operators on 8-bit integers such as QLinearConv, some of which only ONNX Runtime has.",
        ("qdq", QuantizedFormat.Qdq), ("qoperator", QuantizedFormat.QOperator));

    public override string Explanation =>
        "Both forms give the same bits. What the form that is written cannot say stays as it was, and is named with the reason. The file "
        + "may come from any tool.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("for a runtime that reads integer operators", "octet convert model.int8.onnx --format qoperator -o model.qop.onnx"),
        new("a QOperator file of another tool, for runtimes that read pairs",
            "octet convert model.qop.onnx --format qdq -o model.qdq.onnx"),
        new("what stays as it was, for a script",
            "octet convert model.int8.onnx --format qoperator -o model.qop.onnx --json | jq -r '.left[].node'"),
    ];

    protected override void Run(CommandRun run)
    {
        var report = new ConversionJob
        { Model = run.Get(_model), Output = run.Require(_output), Format = run.Get(_format) }.Run(run.Cancel);
        run.Answer(report, CliJson.Default.ConversionReport, console =>
        {
            var facts = new FactSheet();
            facts.Add("written", report.Output);
            facts.AddEach("operators", report.Operators.Select(count => $"{count.Count,5}  {count.Operator}"));
            facts.AddEach("as it was", Lines(report.Left));
            facts.Show(console);
        });
    }

    /// <summary>A line for each of the first nodes that stay as they were.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<UnconvertedNode> left)
    {
        foreach (var node in left.Take(Shown)) yield return $"{node.Node} ({node.OpType}) {node.Reason}";
        if (left.Count > Shown) yield return $"{left.Count - Shown} more; --json has all";
    }
}
