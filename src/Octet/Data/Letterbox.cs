using System.Text.Json.Serialization;

namespace Octet.Data;

/// <summary>Whether a picture keeps its shape inside a fixed size, with a border around it or cut to it, and where it lies there.</summary>
public enum Letterbox
{
    /// <summary>The picture is stretched to the size.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>In the middle; an odd border is the larger one on the right and below.</summary>
    [JsonStringEnumMemberName("center")]
    Center,

    /// <summary>At the top left; the border is on the right or below.</summary>
    [JsonStringEnumMemberName("top-left")]
    TopLeft,

    /// <summary>No border: the picture fills the size, and what stands out at two sides is cut, alike on both.</summary>
    [JsonStringEnumMemberName("cover")]
    Cover,
}
