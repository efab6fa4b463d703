using Octet.Data;
using Octet.Graphs;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;
using Octet.TexasInstruments;

namespace Octet.Tests.TexasInstruments;

/// <summary>Models calibrated for power of two scales are what a device computes that knows integers and shifts alone.</summary>
public sealed class FixedPointTests
{
    static readonly ImagePreprocessing MinusOneToOne = new() { Mean = [127.5f], Scale = [1 / 127.5f] };

    static readonly QuantModuleOptions Quick = new() { Frames = 2, Iterations = 2 };

    static (Model Model, ISampleSource Samples) Open(string name) => name switch
    {
        "signs" => Open(Signs.Model, Signs.Calibration, Signs.Preprocessing),
        "mobilenet_v2" => Open(
            SharedFolder.Require("models", "mobilenet_v2_1.0_224.onnx"), SharedFolder.Require("data", "imagenet", "calib"),
            MinusOneToOne with { Resize = ImageResize.ShortSideTo(256), Crop = new(224, 224) }),
        _ => Open(
            SharedFolder.Require("models", "deeplabv3_mobilenetv2_voc_513.onnx"), SharedFolder.Require("data", "voc-seg", "calib"),
            MinusOneToOne with { Resize = ImageResize.To(513, 513), Letterbox = Letterbox.TopLeft, PadValue = 128 }),
    };

    static (Model, ISampleSource) Open(string path, string data, ImagePreprocessing preprocessing)
    {
        var model = Quantizer.Load(path, preprocessing);
        return (model, Quantizer.OpenSamples(model, data));
    }

    static QuantizationResult Quantize(string name, QuantModuleOptions options)
    {
        var (model, samples) = Open(name);
        return Quantizer.Quantize(model, samples, new() { Recipe = TiRecipe.Of(options) });
    }

    [Fact]
    public void What_was_tuned_is_what_integers_and_shifts_compute_bit_for_bit()
    {
        var (model, samples) = Open("signs");
        var quantized = Quantizer.Quantize(model, samples.Take(8), new() { Recipe = Recipes.Find("pow2-best")! }).Model;
        var sample = samples.Load(5).Inputs;

        var integers = new IntegerExecutor(quantized).Run(sample);

        var simulated = Rounded(quantized, sample);
        foreach (var (value, numbers) in integers) simulated[value].AsSpan().SequenceEqual(numbers).ShouldBeTrue(value);
    }

    [Theory]
    [InlineData("signs", false), InlineData("signs", true), InlineData("mobilenet_v2", true), InlineData("deeplabv3", false)]
    [Trait("Duration", "long")]
    public void The_simulation_computes_what_integers_and_shifts_compute_bit_for_bit(string name, bool perChannelDepthwise)
    {
        var quantized =
            Quantize(name,
                (name == "signs"
                    ? Quick : Quick with { Frames = 1, Iterations = 1 }) with
                { PerChannelDepthwise = perChannelDepthwise }).Model;
        var sample = Open(name).Samples.Load(5).Inputs;

        var integers = new IntegerExecutor(quantized).Run(sample);

        var simulated = Rounded(quantized, sample);
        simulated.Keys.ShouldBe(integers.Keys, ignoreOrder: true);
        foreach (var (value, numbers) in integers) simulated[value].AsSpan().SequenceEqual(numbers).ShouldBeTrue(value);
    }

    static Dictionary<string, float[]> Rounded(QuantizedModel quantized, IReadOnlyDictionary<string, Tensor> sample)
    {
        var graph = quantized.Simulate();
        var rounded = graph.Find<FakeQuantize>().Where(node => node.Inputs[0]!.Constant is null)
            .ToDictionary(node => node.Output, node => node.Name[..^"_quantizer".Length]);
        return new Session(graph, new() { Watched = rounded.Keys.ToHashSet() }).Watch(sample)
            .ToDictionary(made => rounded[made.Value], made => made.Tensor.Floats.ToArray());
    }
}
