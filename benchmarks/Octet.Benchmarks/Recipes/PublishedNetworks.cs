using System.Globalization;
using Octet.Benchmarks.Comparison;
using Octet.TestSupport;

namespace Octet.Benchmarks.Recipes;

/// <summary><c>Octet.Benchmarks networks</c>, which <c>benchmarks/networks.sh</c> calls and describes: what quantizing by the default
/// recipe gives for networks from packages.</summary>
static class PublishedNetworks
{
    public static int Print(string[] names)
    {
        var networks =
            PackagedNetworks.All.Where(
                network => names.Length == 0 || names.Any(name => network.Name.Contains(name, StringComparison.OrdinalIgnoreCase)))
                .ToArray();
        if (networks.Length == 0)
        {
            Console.Error.WriteLine($"There is no such network. Networks: {string.Join("; ", PackagedNetworks.All)}.");
            return 2;
        }

        List<string> lines =
        [
            $"{Machine.Current()}, ONNX Runtime {OnnxRuntime.Version}", "",
            "| network | package | float | integer | integer work | integer layers in ONNX Runtime | SQNR, fast | agreement with ONNX "
                + "Runtime |", "|---|---|---|---|---|---|---|---|",
        ];
        lines.ForEach(Console.WriteLine);
        foreach (var network in networks)
        {
            lines.Add(Measure(network));
            Console.WriteLine(lines[^1]);
        }
        if (names.Length == 0)
            File.WriteAllLines(Path.Combine(Directory.CreateDirectory(Machine.Current().ResultFolder).FullName, "networks.md"), lines);
        return 0;
    }

    static string Measure(PackagedNetwork network)
    {
        try
        {
            var figures = NetworkFigures.Measure(network);
            var (layers, problems) = (figures.Judged.Layers, figures.Judged.Problems().ToArray());
            return string.Create(CultureInfo.InvariantCulture,
                $"| {network.Name} | {network.Package} | {figures.FloatBytes / 1e6:F2} MB | {figures.IntegerBytes / 1e6:F2} MB "
                + $"| {Percent(figures.Work?.Share)} | {layers.Integers.Count} of {layers.Integers.Count + layers.Floats.Count} "
                + $"| {figures.SqnrDb:F1} dB | {(problems.Length > 0 ? string.Join("; ", problems) : Agreement(figures))} |");
        }
        catch (OutOfReachException reason)
        {
            return $"| {network.Name} | {network.Package} | out of reach: {reason.Message} |";
        }
        catch (OctetException problem)
        {
            return $"| {network.Name} | {network.Package} | {problem.Message} |";
        }
    }

    static string Percent(double? share) =>
        share is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known * 100:F1} %") : "not known";

    static string Agreement(NetworkFigures figures) =>
        figures.Judged.Outputs.All(output => output.IsEqual) ? "equal"
            : string.Create(CultureInfo.InvariantCulture, $"{LowestSqnr(figures):F0} dB");

    static double LowestSqnr(NetworkFigures figures) => figures.Judged.Outputs.Where(output => !output.IsEqual)
        .Min(output => Math.Max(output.Signal.SqnrDb, output.Unfused.SqnrDb));
}
