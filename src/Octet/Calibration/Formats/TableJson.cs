using System.Runtime.InteropServices;
using System.Text.Json;
using Octet.Data;
using Octet.Numerics;

namespace Octet.Calibration.Formats;

/// <summary>Reads the JSON of another tool: looks fields up, checks numbers, and says in which line something is wrong.</summary>
static class TableJson
{
    /// <summary>No format nests as deep.</summary>
    const int MaxDepth = 16;

    /// <exception cref="TableFormatException">It is no JSON object, nests too deep, or has a field twice.</exception>
    public static JsonDocument Parse(string text)
    {
        try
        {
            var document = JsonDocument.Parse(text, new() { MaxDepth = MaxDepth });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new TableFormatException("line 1: it is no JSON object");
            ThrowIfRepeated(document, document.RootElement);
            return document;
        }
        catch (JsonException problem)
        {
            throw Of(problem);
        }
    }

    /// <summary>The framework can refuse repeated fields too, but does not say where they are.</summary>
    static void ThrowIfRepeated(JsonDocument document, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) ThrowIfRepeated(document, item);
        }
        if (element.ValueKind != JsonValueKind.Object) return;
        var names = new HashSet<string>();
        foreach (var field in element.EnumerateObject())
        {
            if (!names.Add(field.Name)) throw Wrong(document, field.Value, $"'{TableLines.Shortened(field.Name)}' stands there twice");
            ThrowIfRepeated(document, field.Value);
        }
    }

    /// <summary>What the JSON reader found, in the words of this project.</summary>
    public static TableFormatException Of(JsonException problem) => new(JsonProblem.Describe(problem));

    /// <summary>A problem with one element, with the line in which it stands.</summary>
    public static TableFormatException Wrong(JsonDocument document, JsonElement element, string problem)
    {
        var whole = JsonMarshal.GetRawUtf8Value(document.RootElement);
        whole.Overlaps(JsonMarshal.GetRawUtf8Value(element), out var offset);
        return new($"line {1 + whole[..offset].Count((byte)'\n')}: {problem}");
    }

    /// <summary>A field that has to be there.</summary>
    public static JsonElement Field(JsonDocument document, JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var field)
        ? field : throw Wrong(document, element, $"there is no \"{name}\" here");

    /// <summary>A finite number, also where it is the only element of a list.</summary>
    public static float Number(JsonDocument document, JsonElement element)
    {
        if (element is { ValueKind: JsonValueKind.Array } && element.GetArrayLength() == 1) element = element[0];
        return element.ValueKind == JsonValueKind.Number && element.GetSingle() is var number && float.IsFinite(number)
            ? number
            : throw Wrong(document, element, $"{TableLines.Shortened(element.GetRawText())} is no finite number");
    }

    /// <exception cref="TableFormatException">The ends are in the wrong order.</exception>
    public static ValueRange Range(JsonDocument document, JsonElement element, float low, float high) =>
        low <= high ? new(low, high) : throw Wrong(document, element, $"{low} to {high} is no range: its ends are in the wrong order");
}
