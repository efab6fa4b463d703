using System.Text.Json;
using System.Text.Json.Serialization;

namespace Octet.Evaluation.Boxes;

/// <summary>What of COCO's annotation file says where boxes are.</summary>
sealed record CocoFile
{
    public required IReadOnlyList<CocoImage> Images { get; init; }

    public required IReadOnlyList<CocoCategory> Categories { get; init; }

    public required IReadOnlyList<CocoAnnotation> Annotations { get; init; }
}

sealed record CocoImage(long Id, string FileName);

sealed record CocoCategory(long Id);

/// <param name="Id">Of the annotation.</param>
/// <param name="ImageId">The picture.</param>
/// <param name="CategoryId">The class.</param>
/// <param name="Bbox">Left, top, width, height in pixels.</param>
/// <param name="IsCrowd">1 for a region that holds many.</param>
sealed record CocoAnnotation(long Id, long ImageId, long CategoryId, IReadOnlyList<float> Bbox,
    [property: JsonPropertyName("iscrowd")] int IsCrowd = 0);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CocoFile))]
sealed partial class CocoJson : JsonSerializerContext;
