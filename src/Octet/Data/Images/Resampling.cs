using System.Text.Json.Serialization;

namespace Octet.Data.Images;

/// <summary>How a picture is brought to another size; frameworks differ, and a model should see what it was trained on.</summary>
public enum Resampling
{
    /// <summary>Antialiased bilinear, as Pillow's <c>BILINEAR</c> (torchvision on pictures): when shrinking, the filter widens with the
    /// factor.</summary>
    [JsonStringEnumMemberName("pil")]
    Pillow,

    /// <summary>Plain bilinear between four pixels, as OpenCV's <c>INTER_LINEAR</c>, whatever the factor.</summary>
    [JsonStringEnumMemberName("opencv")]
    OpenCv,
}
