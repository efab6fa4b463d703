using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Octet.Numerics;

namespace Octet.Calibration.Formats;

/// <summary>The encodings that AIMET writes and Qualcomm's converters take as quantization overrides: scale and offset of values and
/// weights.</summary>
/// <remarks>
/// <c>real = (integer + offset) · scale</c> with integers that count from 0, also where the scheme is symmetric (offset −128 in 8 bits).
/// Version 0.6.1, in which each tensor has a list of encodings with <c>min</c> and <c>max</c>, is read and written; 1.0.0, in which each is
/// an object with lists of scales and offsets, is read. Tensors that are float there are left out, and so stay in floats. Source: AIMET,
/// Encoding Format Specification.
/// </remarks>
sealed class EncodingsFormat : ICalibrationFormat
{
    const int MaxBits = 32;

    public string Name => "encodings";

    public string Description => "AIMET's and QNN's encodings: scale and offset of values and weights";

    public TableNaming Naming => TableNaming.Values;

    public bool TakesWeights => true;

    public bool Recognises(string text) => text.AsSpan().TrimStart().StartsWith("{")
        && (text.Contains("\"activation_encodings\"", StringComparison.Ordinal)
            || text.Contains("\"param_encodings\"", StringComparison.Ordinal));

    public CalibrationTable Read(string text)
    {
        using var document = TableJson.Parse(text);
        var (ranges, thresholds, weights) =
            (new Dictionary<string, ValueRange>(), new Dictionary<string, float>(), new Dictionary<string, IReadOnlyList<float>>());
        foreach (var (name, element) in Entries(document, "activation_encodings"))
        {
            if (EncodingsOf(document, element) is not [var encoding, ..] all) continue;
            if (all.Length > 1)
                throw TableJson.Wrong(document, element,
                    $"'{name}' has an encoding for each of {all.Length} channels; values between operators have one");
            if (!ranges.TryAdd(name, encoding.Range)) throw TableJson.Wrong(document, element, $"'{name}' stands there twice");
            if (encoding.IsSymmetric) thresholds[name] = encoding.Range.High;
        }
        foreach (var (name, element) in Entries(document, "param_encodings"))
        {
            if (EncodingsOf(document, element) is not [_, ..] all) continue;
            if (!weights.TryAdd(name, [.. all.Select(encoding => encoding.Scale)]))
                throw TableJson.Wrong(document, element, $"'{name}' stands there twice");
        }
        return new() { Ranges = ranges, Thresholds = thresholds, WeightScales = weights };
    }

    /// <summary>The tensors of one kind: by name, or in a list whose elements have names.</summary>
    static IEnumerable<(string Name, JsonElement Element)> Entries(JsonDocument document, string kind)
    {
        if (!document.RootElement.TryGetProperty(kind, out var tensors)) return [];
        return tensors.ValueKind switch
        {
            JsonValueKind.Object => tensors.EnumerateObject().Select(tensor => (tensor.Name, tensor.Value)),
            JsonValueKind.Array =>
                tensors.EnumerateArray()
                .Select(tensor => TableJson.Field(document, tensor, "name") is { ValueKind: JsonValueKind.String } name
                ? (name.GetString()!, tensor)
                : throw TableJson.Wrong(document, tensor, "the name of an encoding is no text")),
            _ => throw TableJson.Wrong(document, tensors, $"\"{kind}\" is neither an object nor a list"),
        };
    }

    /// <summary>An encoding for the tensor or for each channel; none if the tensor is float.</summary>
    static Encoding[] EncodingsOf(JsonDocument document, JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array =>
            [.. element.EnumerateArray().Where(encoding => IsInteger(document, encoding)).Select(encoding => ReadOld(document, encoding))],
        JsonValueKind.Object when !IsInteger(document, element) => [],
        JsonValueKind.Object => [.. ReadNew(document, element)],
        _ => throw TableJson.Wrong(document, element, "an encoding is neither an object nor a list of objects"),
    };

    static bool IsInteger(JsonDocument document, JsonElement encoding)
    {
        if (encoding.ValueKind != JsonValueKind.Object) throw TableJson.Wrong(document, encoding, "an encoding is no object");
        return !(encoding.TryGetProperty("dtype", out var type) && type.ValueKind == JsonValueKind.String
            && type.GetString()!.StartsWith("float", StringComparison.OrdinalIgnoreCase));
    }

    static Encoding ReadOld(JsonDocument document, JsonElement encoding)
    {
        var bits = Bits(document, encoding, "bitwidth");
        var isSymmetric = IsTrue(encoding, "is_symmetric");
        var scale = encoding.TryGetProperty("scale", out var given) ? TableJson.Number(document, given) : 0;
        if (encoding.TryGetProperty("min", out var low) && encoding.TryGetProperty("max", out var high))
        {
            var range = TableJson.Range(document, encoding, TableJson.Number(document, low), TableJson.Number(document, high));
            return new(scale > 0 ? scale : (float)((range.High - (double)range.Low) / (Math.Pow(2, bits) - 1)), range, isSymmetric);
        }
        return Of(document, encoding, TableJson.Number(document, TableJson.Field(document, encoding, "scale")),
            TableJson.Number(document, TableJson.Field(document, encoding, "offset")), bits, isSymmetric);
    }

    static IEnumerable<Encoding> ReadNew(JsonDocument document, JsonElement encoding)
    {
        var (scales, offsets) = (TableJson.Field(document, encoding, "scale"), TableJson.Field(document, encoding, "offset"));
        if (scales.ValueKind != JsonValueKind.Array || offsets.ValueKind != JsonValueKind.Array
            || scales.GetArrayLength() != offsets.GetArrayLength() || scales.GetArrayLength() == 0)
        {
            throw TableJson.Wrong(document, encoding, "\"scale\" and \"offset\" are not lists of equally many numbers");
        }
        var (bits, isSymmetric) = (Bits(document, encoding, "bw"), IsTrue(encoding, "is_sym"));
        return scales.EnumerateArray().Zip(offsets.EnumerateArray(), (scale, offset) =>
            Of(document, scale, TableJson.Number(document, scale), TableJson.Number(document, offset), bits, isSymmetric));
    }

    static Encoding Of(JsonDocument document, JsonElement place, float scale, float offset, int bits, bool isSymmetric)
    {
        if (!(scale > 0)) throw TableJson.Wrong(document, place, $"a scale of {scale} is not greater than 0");
        var steps = Math.Pow(2, bits) - 1;
        // Some writers count symmetric integers from the middle.
        var first = isSymmetric && offset == 0 ? -(steps + 1) / 2 : offset;
        var range = new ValueRange((float)(first * scale), (float)((first + steps) * scale));
        return range.IsFinite
            ? new(scale, range, isSymmetric)
            : throw TableJson.Wrong(document, place, $"scale {scale} and offset {offset} give no finite range");
    }

    static int Bits(JsonDocument document, JsonElement encoding, string name)
    {
        if (!encoding.TryGetProperty(name, out var field)) return 8;
        return field.ValueKind == JsonValueKind.Number && field.TryGetInt32(out var bits) && bits is >= 2 and <= MaxBits
            ? bits : throw TableJson.Wrong(document, field, $"{field.GetRawText()} is no number of bits between 2 and {MaxBits}");
    }

    static bool IsTrue(JsonElement encoding, string name) => encoding.TryGetProperty(name, out var field)
        && (field.ValueKind == JsonValueKind.True
            || field.ValueKind == JsonValueKind.String && bool.TryParse(field.GetString(), out var isTrue) && isTrue);

    public void Write(CalibrationTable table, TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json =
            new Utf8JsonWriter(buffer, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("version", "0.6.1");
            json.WriteStartObject("activation_encodings");
            foreach (var name in table.ValueNames)
            {
                json.WriteStartArray(name);
                if (table.Ranges.TryGetValue(name, out var range)) WriteAffine(json, range);
                else WriteSymmetric(json, table.Thresholds[name] / QuantizationSpec.Int8Symmetric.High);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteStartObject("param_encodings");
            foreach (var (name, scales) in table.WeightScales)
            {
                json.WriteStartArray(name);
                foreach (var scale in scales) WriteSymmetric(json, scale);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    static void WriteAffine(Utf8JsonWriter json, ValueRange range)
    {
        var parameters = QuantizationParameters.From(range, QuantizationSpec.UInt8);
        WriteEncoding(json, parameters.Scale, -parameters.ZeroPoint, isSymmetric: false);
    }

    static void WriteSymmetric(Utf8JsonWriter json, float scale) => WriteEncoding(json, scale, offset: -128, isSymmetric: true);

    static void WriteEncoding(Utf8JsonWriter json, float scale, int offset, bool isSymmetric)
    {
        json.WriteStartObject();
        json.WriteNumber("bitwidth", 8);
        json.WriteString("dtype", "int");
        json.WriteString("is_symmetric", isSymmetric ? "True" : "False");
        json.WriteNumber("max", (offset + QuantizationSpec.UInt8.Steps) * scale);
        json.WriteNumber("min", offset * scale);
        json.WriteNumber("offset", offset);
        json.WriteNumber("scale", scale);
        json.WriteEndObject();
    }

    /// <summary>One scale and what it represents.</summary>
    readonly record struct Encoding(float Scale, ValueRange Range, bool IsSymmetric);
}
