using System.Text.Json;
using Octet.Data.Arrays;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Tests.Calibration;

/// <summary>What PyTorch's observers and ONNX Runtime's calibrators made of 23 tensors; inputs and results lie in the shared
/// folder.</summary>
static class ObserverGolden
{
    static readonly Lazy<JsonElement> Cases = new(() =>
    {
        // The file was written by Python, which writes NaN where JSON has no word for it.
        var text = File.ReadAllText(SharedFolder.PathOf("golden", "observers", "golden.json")).Replace(":NaN", ":null");
        return JsonDocument.Parse(text).RootElement.GetProperty("cases");
    });

    /// <summary>Activations of shape [3, 2, 16, 16, 32]: three batches of shape [2, 16, 16, 32].</summary>
    public static readonly string[] Activations =
    [
        "normal", "normal_growing", "lognormal", "laplace", "relu_normal", "relu6_normal", "student_t3", "outliers", "constant_pos",
            "constant_neg", "all_zero",
        "negative_only", "positive_offset", "tiny_1e-6", "tiny_1e-30", "huge_1e6", "uniform", "bimodal", "grid_ties", "channel_spread",
    ];

    public static readonly string[] Weights = ["w_conv", "w_depthwise", "w_linear"];

    public static JsonElement Case(string name)
    {
        SharedFolder.Require("golden", "observers", "golden.json");
        return Cases.Value.GetProperty(name);
    }

    public static Tensor Input(string name) => NpyFile.Read(SharedFolder.Require("golden", "observers", "inputs", $"{name}.npy"));

    /// <summary>The results of ONNX Runtime's calibrators of that kind, with all samples collected at once.</summary>
    public static IEnumerable<JsonElement> OnnxRuntime(string name, string calibrator) => Case(name).GetProperty("ort").EnumerateArray()
        .Where(record => record.GetProperty("calibrator").GetString() == calibrator && record.GetProperty("collect").GetString() == "once");

    /// <summary>The results of PyTorch's observer of this class; without the combination that PyTorch refuses.</summary>
    public static IEnumerable<JsonElement> Torch(string name, string observer) =>
        Case(name).GetProperty("torch").EnumerateArray()
        .Where(record => record.GetProperty("observer").GetString() == observer && !record.TryGetProperty("error", out _));

    public static QuantizationSpec TorchSpec(JsonElement record) =>
        new(8, record.GetProperty("dtype").GetString() == "qint8", record.GetProperty("qscheme").GetString() == "symmetric")
        {
            ReducedRange = record.GetProperty("reduce_range").GetBoolean(),
            Rule = ScaleRule.PyTorch,
        };

    public static QuantizationSpec OnnxRuntimeSpec(JsonElement record)
    {
        var (symmetric, reduced, signed) =
            (record.GetProperty("symmetric").GetBoolean(), record.GetProperty("reduce_range").GetBoolean(), record.GetProperty("qtype")
                .GetString() == "int8");
        return new(8, signed, symmetric, NarrowRange: signed && symmetric && !reduced) { ReducedRange = reduced };
    }

    /// <summary>A number or a list of numbers.</summary>
    public static float[] Floats(JsonElement record, string name) =>
        record.GetProperty(name) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(item => item.GetSingle())] : [record.GetProperty(name).GetSingle()];

    public static ValueRange[] Ranges(JsonElement record, string low, string high) =>
        [.. Floats(record, low).Zip(Floats(record, high), (lowest, highest) => new ValueRange(lowest, highest))];
}
