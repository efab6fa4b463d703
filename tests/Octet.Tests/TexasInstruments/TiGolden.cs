using System.Text.Json;
using Octet.Data.Arrays;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.Tests.TexasInstruments;

/// <summary>What TI's own code computed, run with PyTorch; inputs and results lie in the shared folder.</summary>
static class TiGolden
{
    static readonly Lazy<JsonElement> Root =
        new(() => JsonDocument.Parse(File.ReadAllText(SharedFolder.PathOf("golden", "ti", "golden.json"))).RootElement);

    /// <summary>The records of one kind: <c>qdq</c>, <c>pact2</c>, …; skips the test where the folder is absent.</summary>
    public static IReadOnlyList<JsonElement> Records(string kind) => [.. Section(kind).EnumerateArray()];

    public static JsonElement Section(string kind)
    {
        SharedFolder.Require("golden", "ti", "golden.json");
        return Root.Value.GetProperty(kind);
    }

    /// <summary>An input of the <c>extrema</c> records.</summary>
    public static Tensor Input(string name) => NpzFile.Read(SharedFolder.Require("golden", "ti", "extrema-inputs.npz"))[name];

    public static float[] Floats(JsonElement record, string property) =>
        [.. record.GetProperty(property).EnumerateArray().Select(number => number.GetSingle())];

    public static int[] Integers(JsonElement record, string property) =>
        [.. record.GetProperty(property).EnumerateArray().Select(number => number.GetInt32())];

    public static string Name(JsonElement record) => record.GetProperty("name").GetString()!;
}
