using System.Text.Encodings.Web;
using System.Text.Json;
using Octet.Numerics;

namespace Octet.Calibration.Formats;

/// <summary>What ONNX Runtime's quantization tool writes for its TensorRT provider (<c>calibration.json</c>): the smallest and the largest
/// value of each tensor.</summary>
/// <remarks>
/// Until 1.15 a tensor had a list of two numbers; since then an object whose <c>lowest</c> and <c>highest</c> are arrays in objects of
/// their own. Both are read, the newer one is written. Source: onnxruntime.quantization, quant_utils.py, write_calibration_table.
/// </remarks>
sealed class OrtTensorRtFormat : ICalibrationFormat
{
    public string Name => "ort-tensorrt";

    public string Description => "ONNX Runtime's JSON for its TensorRT provider: smallest and largest value";

    public TableNaming Naming => TableNaming.Values;

    public bool Recognises(string text) => text.AsSpan().TrimStart().StartsWith("{");

    public CalibrationTable Read(string text)
    {
        using var document = TableJson.Parse(text);
        var tensors = document.RootElement;
        var method = "";
        if (IsOf(tensors, "TensorsData"))
        {
            if (tensors.TryGetProperty("calibration_method", out var given) && given.ValueKind == JsonValueKind.Object
                && given.TryGetProperty("value", out var name) && name.ValueKind == JsonValueKind.String)
            {
                method = name.GetString()!.Split('.')[^1];
            }
            tensors = TableJson.Field(document, tensors, "data");
            if (tensors.ValueKind != JsonValueKind.Object)
                throw TableJson.Wrong(document, tensors, "\"data\" does not hold a range for each name");
        }
        return new()
        {
            Method = method,
            Ranges = tensors.EnumerateObject().ToDictionary(tensor => tensor.Name, tensor => RangeOf(document, tensor.Value))
        };
    }

    static bool IsOf(JsonElement element, string type) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("CLS", out var given)
        && given.ValueKind == JsonValueKind.String && given.ValueEquals(type);

    static ValueRange RangeOf(JsonDocument document, JsonElement tensor)
    {
        if (tensor.ValueKind == JsonValueKind.Array)
        {
            if (tensor.GetArrayLength() != 2)
                throw TableJson.Wrong(document, tensor, "a range has two numbers, the smallest and the largest value");
            return TableJson.Range(document, tensor, TableJson.Number(document, tensor[0]), TableJson.Number(document, tensor[1]));
        }
        return TableJson.Range(document, tensor, End(document, tensor, "lowest"), End(document, tensor, "highest"));
    }

    /// <summary>One end of a range: a number, a list of one number, or either as the data of an array.</summary>
    static float End(JsonDocument document, JsonElement tensor, string name)
    {
        var end = TableJson.Field(document, tensor, name);
        return TableJson.Number(document, end.ValueKind == JsonValueKind.Object ? TableJson.Field(document, end, "data") : end);
    }

    public void Write(CalibrationTable table, TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json =
            new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("CLS", "TensorsData");
            json.WriteStartObject("data");
            foreach (var name in table.ValueNames)
            {
                var range = table.Ranges.TryGetValue(name, out var known) ? known : ValueRange.Symmetric(table.Thresholds[name]);
                json.WriteStartObject(name);
                json.WriteString("CLS", "TensorData");
                WriteEnd(json, "lowest", range.Low);
                WriteEnd(json, "highest", range.High);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteStartObject("calibration_method");
            json.WriteString("CLS", "CalibrationMethod");
            json.WriteString("value", $"CalibrationMethod.{MethodName(table.Method)}");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    static void WriteEnd(Utf8JsonWriter json, string name, float value)
    {
        json.WriteStartObject(name);
        json.WriteNumber("data", value);
        json.WriteString("dtype", "float32");
        json.WriteString("CLS", "numpy.array");
        json.WriteEndObject();
    }

    /// <summary>The methods that the tool knows; what it does not know is a range like any other to it.</summary>
    static string MethodName(string method) => method switch
    {
        "kl" or "Entropy" => "Entropy",
        "percentile" or "Percentile" => "Percentile",
        _ => "MinMax",
    };
}
