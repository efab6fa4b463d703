using System.Text.Json;
using Octet.Calibration.Methods;
using Octet.Data.Arrays;
using Octet.Pipeline;
using Octet.Planning;

namespace Octet.Tests.Calibration;

/// <summary>The ranges that ONNX Runtime's tool (1.19) chose for MobileNetV2 from 20 pictures, which lie in the shared folder.</summary>
public sealed class OnnxRuntimeRangesTests
{
    const int Pictures = 20;

    [Fact]
    public void Min_max_gives_the_ranges_of_ONNX_Runtimes_tool_for_a_whole_network()
    {
        var model = Quantizer.Load(SharedFolder.Require("models", "mobilenet_v2_1.0_224.onnx"));
        var pixels = NpzFile.Read(SharedFolder.Require("golden", "ort_mbv2", "calib20_u8.npz"))["images"];
        var samples = Enumerable.Range(0, Pictures)
            .Select(i => pixels.Slice(i, 1).Bytes.ToArray().Select(pixel => (pixel - 127.5f) / 127.5f).ToArray()).ToArray();
        using var golden = JsonDocument.Parse(File.ReadAllText(SharedFolder.Require("golden", "ort_mbv2", "thresholds.json")));

        var table = Quantizer.Quantize(model, MadeSamples.Of("input", [1, 3, 224, 224], samples),
            new() { Recipe = Recipes.Fast with { Config = new() { ActivationMethod = new MinMaxMethod() } } }).Table;

        var expected = golden.RootElement.GetProperty($"MinMax_{Pictures}");
        var compared = table.Ranges.Where(entry => expected.TryGetProperty(entry.Key, out _)).ToArray();
        compared.Length.ShouldBeGreaterThan(60);
        foreach (var (name, range) in compared)
        {
            var (low, high) = (expected.GetProperty(name)[0].GetSingle(), expected.GetProperty(name)[1].GetSingle());
            var tolerance = 1e-4f * Math.Max(Math.Abs(low), Math.Abs(high));
            range.Low.ShouldBe(low, tolerance, name);
            range.High.ShouldBe(high, tolerance, name);
        }
    }
}
