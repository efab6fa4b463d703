using Octet.Data;
using Octet.Exporting;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Operators;
using Octet.Planning;
using Octet.Running;
using Octet.Tensors;
using Octet.Tuning;

namespace Octet.Tests.Tuning;

/// <summary>Models calibrated for power of two scales are what a device computes that knows integers and shifts alone.</summary>
public sealed class FixedPointTests
{
    static readonly ImagePreprocessing MinusOneToOne = new() { Mean = [127.5f], Scale = [1 / 127.5f] };

    static readonly QuantModuleOptions Quick = new() { Frames = 2, Iterations = 2 };

    static (Model Model, ISampleSource Samples) Open(string name) => name switch
    {
        "signs" => Open(
            Path.Combine(SharedFolder.Repository, "samples", "signs", "signs-mobilenetv2.onnx"), Path.Combine(SharedFolder.Repository, "samples", "signs", "calibration"),
            new() { Mean = [123.675f, 116.28f, 103.53f], Scale = [0.017125f, 0.017507f, 0.017429f] }),
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
        return (model, Quantizer.Samples(model, data));
    }

    static QuantizationResult Quantize(string name, QuantModuleOptions options)
    {
        var (model, samples) = Open(name);
        return Quantizer.Quantize(model, samples, new() { Recipe = Recipes.Ti(options) });
    }

    [Theory]
    [InlineData("signs", false), InlineData("signs", true), InlineData("mobilenet_v2", true), InlineData("deeplabv3", false)]
    public void The_simulation_computes_what_integers_and_shifts_compute_bit_for_bit(string name, bool perChannelDepthwise)
    {
        var quantized = Quantize(name, (name == "signs" ? Quick : Quick with { Frames = 1, Iterations = 1 }) with { PerChannelDepthwise = perChannelDepthwise }).Model;
        var sample = Open(name).Samples.Load(5).Inputs;

        var integers = new IntegerExecutor(quantized).Run(sample);

        var simulated = Rounded(quantized, sample);
        simulated.Keys.ShouldBe(integers.Keys, ignoreOrder: true);
        foreach (var (value, numbers) in integers) simulated[value].AsSpan().SequenceEqual(numbers).ShouldBeTrue(value);
    }

    [Fact]
    public void Ranges_read_back_from_the_clips_of_a_file_are_those_that_were_calibrated()
    {
        var result = Quantize("signs", Quick);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "signs.onnx");
            var files = TidlExport.Write(result.Model, path);
            files.ShouldAllBe(file => File.Exists(file));
            // Biases in the file are rounded; they already are whole steps of their sums, so that this rule changes nothing.
            var test = new QuantTestModule(Quantizer.Load(path), Quick with { BiasConstraint = BiasConstraint.WholeSteps });

            test.Ranges.Values.ShouldBe(result.Table.Ranges.Values, ignoreOrder: true);
            var sample = Open("signs").Samples.Load(3).Inputs;
            test.Forward(sample)["logits"].Floats.ToArray().ShouldBe(new Session(result.Model.Simulate()).Run(sample)["logits"].Floats.ToArray());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Settings_for_TIDL_say_where_ranges_come_from()
    {
        var model = Quantize("signs", Quick with { ActivationBits = 16 }).Model;

        TidlExport.ImportSettings(model, "signs.onnx").ShouldBe("""
            # Settings for TIDL's import tool, to be joined with those of your device.
            inputNetFile = "signs.onnx"
            numFeatureBits = 16
            numParamBits = 8
            # Scales that are powers of two.
            quantizationStyle = 3
            # Ranges come from the Clip nodes of the model. TIDL older than 8.0: calibrationOption = 0
            calibrationOption = 64

            """);
        TidlExport.RuntimeOptions(model).ShouldContain("\"advanced_options:quantization_scale_type\": 1");
    }

    [Fact]
    public void Scales_that_are_no_powers_of_two_are_refused()
    {
        var (model, samples) = Open("signs");
        var result = Quantizer.Quantize(model, samples.Take(2));
        Should.Throw<ExportException>(() => TidlExport.Export(result.Model)).Message.ShouldContain("ti-advanced");
    }

    [Fact]
    public void A_file_with_QuantizeLinear_nodes_has_the_same_powers_of_two()
    {
        var result = Quantize("signs", Quick);
        using var file = new MemoryStream();
        OnnxWriter.Write(result.Export(), file);
        var graph = OnnxReader.Read(file.ToArray(), "signs").Graph;

        var scales = graph.Find<QuantizeLinear>().ToDictionary(node => node.Inputs[0]!.Name, node => node.Inputs[1]!.Constant!.Floats[0]);

        foreach (var value in result.Model.Plan.Groups.SelectMany(group => group.Values).Where(value => !value.IsGraphOutput))
        {
            scales[value.Name].ShouldBe(result.Model.ActivationOf(value)!.Scale, value.Name);
        }
    }

    static Dictionary<string, float[]> Rounded(QuantizedModel quantized, IReadOnlyDictionary<string, Tensor> sample)
    {
        var graph = quantized.Simulate();
        var rounded = graph.Find<FakeQuantize>().Where(node => node.Inputs[0]!.Constant is null).ToDictionary(node => node.Output, node => node.Name[..^"_quantizer".Length]);
        var watcher = new Watcher(rounded);
        new Session(graph, new() { Watched = rounded.Keys.ToHashSet() }).Run(sample, watcher);
        return watcher.Seen;
    }

    sealed class Watcher(Dictionary<Value, string> names) : IValueWatcher
    {
        public Dictionary<string, float[]> Seen { get; } = [];

        public void See(Value value, Tensor tensor) => Seen[names[value]] = tensor.Floats.ToArray();
    }
}
