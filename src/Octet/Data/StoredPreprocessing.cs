using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Octet.Graphs;

namespace Octet.Data;

/// <summary>Preprocessing as text, and its place in the metadata of a model.</summary>
public static class StoredPreprocessing
{
    /// <summary>Where a model keeps how its pictures are made.</summary>
    public const string MetadataKey = "octet.preprocessing";

    const int Version = 1;

    /// <summary>One line of JSON that uses the words of the command line.</summary>
    public static string ToJson(this ImagePreprocessing preprocessing)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        var fields = JsonSerializer.SerializeToNode(preprocessing, PreprocessingJson.Default.ImagePreprocessing)!.AsObject();
        fields.Insert(0, "version", Version);
        return fields.ToJsonString();
    }

    /// <summary>Reads the text that <see cref="ToJson"/> writes.</summary>
    /// <exception cref="PreprocessingException">The text is damaged, of a newer version, or contradicts itself.</exception>
    public static ImagePreprocessing FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            var fields = JsonNode.Parse(json) as JsonObject ?? throw new JsonException("it is no JSON object");
            if (fields["version"] is not JsonValue number || !number.TryGetValue<int>(out var version))
                throw new JsonException("it has no version");
            if (version != Version)
                throw new PreprocessingException($"'{MetadataKey}' has version {version}; this Octet reads {Version}. Update Octet, or "
                    + "run 'octet prepare' again with the preprocessing options");

            fields.Remove("version");
            var preprocessing = fields.Deserialize(PreprocessingJson.Default.ImagePreprocessing)!;
            preprocessing.Validate();
            return preprocessing;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new PreprocessingException($"'{MetadataKey}' in the model's metadata cannot be read: {problem.Message} Run 'octet "
                + "prepare' again with the preprocessing options.", problem);
        }
    }

    /// <summary>What the model's metadata says; null if it says nothing.</summary>
    /// <exception cref="PreprocessingException">It says something that cannot be read.</exception>
    public static ImagePreprocessing? Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Metadata.TryGetValue(MetadataKey, out var json) ? FromJson(json) : null;
    }

    /// <summary>Puts it into the model's metadata, in place of what was there.</summary>
    public static void StoreIn(this ImagePreprocessing preprocessing, Model model)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentNullException.ThrowIfNull(model);
        model.Metadata[MetadataKey] = preprocessing.ToJson();
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ImagePreprocessing))]
sealed partial class PreprocessingJson : JsonSerializerContext;
