using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>Resize in all its modes, to scales and sizes that do not come out even.</summary>
public sealed class ResizeSecondOpinionTests
{
    static readonly string[] Modes = ["nearest", "linear", "cubic"];
    static readonly string[] Coordinates =
        ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric", "half_pixel_symmetric", "tf_crop_and_resize"];
    static readonly string[] Roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

    [Fact]
    public void ONNX_Runtime_resizes_alike()
    {
        var random = new Random(5);
        var graph = new Graph { Opsets = { [""] = 19 } };
        var x = graph.AddInput("x", DataType.Float32, SymbolicShape.From([2, 3, 7, 10]));
        var part = graph.AddConstant("part", Tensor.Of<float>([8], 0, 0, 0.21f, 0.13f, 1, 1, 0.83f, 1.27f));
        for (var i = 0; i < 120; i++)
        {
            var attributes = new Attributes
            {
                ["mode"] = Modes[i % 3],
                ["coordinate_transformation_mode"] = Coordinates[i / 3 % 6],
                ["nearest_mode"] = Roundings[random.Next(4)],
                ["extrapolation_value"] = -3f,
                ["cubic_coeff_a"] = random.Next(2) == 0 ? -0.5f : -0.75f,
            };
            // Half the corners of a rounded extent are not defined alike: ONNX aligns them before rounding, ONNX Runtime after it.
            var takesSizes = random.Next(2) == 0 || i / 3 % 6 is 2 or 5;
            var extents = takesSizes
                ? graph.AddConstant($"sizes{i}", Tensor.Vector(2, 3, random.Next(1, 20), random.Next(1, 20)))
                : graph.AddConstant($"scales{i}",
                    Tensor.Of<float>([4], 1, 1, random.NextSingle() * 2 + 0.2f, random.NextSingle() * 2 + 0.2f));
            Value?[] inputs = takesSizes ? [x, part, null, extents] : [x, part, extents];
            var output = graph.Add("Resize", inputs, $"y{i}", attributes);
            output.Type = DataType.Float32;
            graph.AddOutput(output);
        }
        ShapeInference.Annotate(graph);
        using var folder = new TemporaryFolder();
        var path = folder.PathOf("resize.onnx");
        OnnxWriter.Write(new Model { Graph = graph }, path);
        var values = Tensor.Of<float>([2, 3, 7, 10], [.. Enumerable.Range(0, 420).Select(_ => random.NextSingle())]);

        using var runtime = OnnxRuntime.Load(path);
        var expected = runtime.Run(new Dictionary<string, Tensor> { ["x"] = values });
        var actual = new Session(graph).Run(new Dictionary<string, Tensor> { ["x"] = values });

        foreach (var node in graph.Nodes)
        {
            var attributes = string.Join(", ", node.Attributes.Select(attribute => $"{attribute.Key} {attribute.Value}"));
            var name = node.Output.Name;
            actual[name].Shape.ShouldBe(expected[name].Shape, attributes);
            for (var i = 0; i < actual[name].Length; i++)
                actual[name].Floats[i].ShouldBe(expected[name].Floats[i], 1e-4, $"element {i} of {node.Output}: {attributes}");
        }
    }
}
