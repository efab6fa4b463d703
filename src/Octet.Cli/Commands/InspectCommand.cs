using System.CommandLine;
using System.Globalization;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Reporting;
using Spectre.Console;

namespace Octet.Cli;

/// <summary><c>octet inspect model.onnx</c>: tells what a model holds, without running it.</summary>
sealed class InspectCommand : OctetCommand
{
    readonly ModelArgument _model = new("The ONNX model to look at.");
    readonly Option<bool> _nodes = OptionKinds.Flag("--nodes",
        "List each node with its name and what it makes: the names that 'octet quantize --exclude' and recipes take.");

    public InspectCommand(Terminal terminal) : base(terminal, "inspect", "Shows what a model takes, gives, holds and costs.")
    {
        Add(_model);
        Add(_nodes);
    }

    public override string Explanation =>
        "Nothing is run. MACs are the multiplications of convolutions and matrix products for one sample. Operators that Octet cannot run "
        + "are marked.";

    public override IReadOnlyList<Example> Examples =>
    [
        new("what is in a model", "octet inspect model.onnx"),
        new("the names of its layers", "octet inspect model.onnx --nodes"),
        new("its inputs, for a script", "octet inspect model.onnx --json | jq .inputs"),
    ];

    protected override void Run(CommandRun run)
    {
        var model = OnnxReader.Read(run.Get(_model));
        ShapeInference.Annotate(model.Graph);
        var summary = ModelSummary.Of(model, run.Get(_nodes));
        run.Answer(summary, CliJson.Default.ModelSummary, console => Show(console, summary));
    }

    static void Show(IAnsiConsole console, ModelSummary summary)
    {
        var facts = new FactSheet();
        facts.Add("model", summary.Model);
        facts.Add("format",
            $"opset {summary.Opset}, IR "
            + $"version {summary.IrVersion}{(summary.Producer.Length > 0 ? $", written by {summary.Producer}" : "")}");
        facts.AddEach("inputs", summary.Inputs.Select(input => input.ToString()));
        facts.AddEach("outputs", summary.Outputs.Select(output => output.ToString()));
        facts.Add("parameters", $"{Figures.Count(summary.Parameters)} ({Figures.Bytes(summary.ConstantBytes)})");
        facts.Add("MACs", summary.Macs is { } macs ? $"{Figures.Count(macs)} a sample" : "depend on sizes that the model leaves open");
        facts.AddEach("operators",
            summary.Operators.Select(
                entry => $"{entry.Count.ToString(CultureInfo.InvariantCulture),5}  {entry.Operator}"
                    + (entry.IsSupported ? "" : "  (not supported)")));
        facts.AddEach("nodes", Lines(summary.Nodes ?? []));
        facts.AddEach("metadata", summary.Metadata.Select(entry => $"{entry.Key} = {entry.Value}"));
        facts.Show(console);
    }

    static IEnumerable<string> Lines(IReadOnlyList<NodeSummary> nodes)
    {
        var (operators, names) =
            (nodes.Select(node => node.Operator.Length).DefaultIfEmpty().Max(), nodes.Select(node => node.Name.Length).DefaultIfEmpty()
                .Max());
        return nodes.Select(node => $"{node.Operator.PadRight(operators)}  {node.Name.PadRight(names)}  {string.Join(", ", node.Outputs)}");
    }
}
