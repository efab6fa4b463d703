using System.Text.Json;
using Octet.Data.Arrays;
using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;
using Octet.Training;

namespace Octet.Tests.Training;

/// <summary>Results and gradients of PyTorch 1.13, recorded with the gradients that came in from above.</summary>
public sealed class AutogradGoldenTests
{
    /// <summary>Records of other tests: optimizers, and quantizers with a state or learned scales.</summary>
    static readonly string[] Elsewhere = ["opt_", "qat_", "fq_learnable"];

    public static TheoryData<string> Cases => File.Exists(SharedFolder.PathOf("golden", "autograd", "index.json"))
        ? [.. Records().Select(record => record.GetProperty("name").GetString()!).Where(name => !Elsewhere.Any(name.StartsWith))]
        : ["none"];

    [Theory, MemberData(nameof(Cases))]
    public void Results_and_gradients_are_those_of_PyTorch(string name)
    {
        var arrays = NpzFile.Read(SharedFolder.Require("golden", "autograd", $"{name}.npz"));
        var record = Records().Single(record => record.GetProperty("name").GetString() == name);
        var golden = new AutogradGolden(record.GetProperty("op").GetString()!, record.GetProperty("attrs"), arrays);
        var output = golden.Build();
        var graph = golden.Graph;
        var upstream = graph.AddInput("upstream", DataType.Float32, SymbolicShape.From(arrays["up_y"].Shape));
        var inputs = graph.Inputs.ToDictionary(input => input.Name,
            input => input == upstream ? arrays["up_y"] : arrays[$"in_{input.Name}"]);
        var infos = ShapeInference.Infer(graph,
            graph.Inputs.Select(input => (input, new TensorInfo(inputs[input.Name].Type, inputs[input.Name].Shape))));
        var wanted = arrays.Keys.Where(key => key.StartsWith("grad_", StringComparison.Ordinal)).Select(key => golden.Inputs[key[5..]])
            .ToArray();

        var gradients = Differentiation.Apply(graph, infos, [(output, upstream)], wanted);
        foreach (var gradient in gradients.Values) graph.AddOutput(gradient);
        if (arrays.ContainsKey("out_running_mean")) AddRunning(graph, output);
        GraphCheck.Check(graph);
        var results = new Session(graph).Run(inputs);

        // Octet divides by the scale, where PyTorch multiplies by its inverse: that record holds only values where the two differ.
        if (name != "fq_pt_inverse_vs_division") ShouldAgree(results[output.Name], arrays["out_y"], $"{name}: result");
        foreach (var (value, gradient) in gradients)
            ShouldAgree(results[gradient.Name], arrays[$"grad_{value.Name}"], $"{name}: gradient of {value.Name}",
                arrays["in_" + value.Name]);
        if (!arrays.TryGetValue("out_running_mean", out var mean)) return;
        ShouldAgree(results[graph.Outputs[^2].Name], mean, "running mean");
        ShouldAgree(results[graph.Outputs[^1].Name], arrays["out_running_var"], "running variance");
    }

    static void AddRunning(Graph graph, Value output)
    {
        var node = output.Producer!;
        graph.AddOutput(node.Outputs.Count > 1 ? node.Outputs[1]! : node.Inputs[3]!);
        graph.AddOutput(node.Outputs.Count > 1 ? node.Outputs[2]! : node.Inputs[4]!);
    }

    static void ShouldAgree(Tensor actual, Tensor expected, string what, Tensor? input = null)
    {
        actual.Shape.ShouldBe(expected.Shape, what);
        var largest = 0f;
        foreach (var value in expected.Floats) largest = Math.Max(largest, Math.Abs(value));
        for (var i = 0; i < expected.Length; i++)
        {
            // relu6 and hardtanh are Clip here, whose limits belong to the inside: there PyTorch's gradient is 0.
            var isLimit = input is not null && (what.Contains("relu6") || what.Contains("hardtanh"))
                && input.Floats[i] is 0 or 6 or 1 or -1;
            if (!isLimit) actual.Floats[i].ShouldBe(expected.Floats[i], 2e-6f + 5e-6f * largest, $"{what}, element {i}");
        }
    }

    static JsonElement[] Records() =>
        [.. JsonDocument.Parse(File.ReadAllText(SharedFolder.PathOf("golden", "autograd", "index.json"))).RootElement.GetProperty("cases")
        .EnumerateArray()];
}
