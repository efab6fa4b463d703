using System.Text.Json.Serialization;

namespace Octet.Data;

/// <summary>The order of the dimensions of pictures in a tensor: N pictures, C channels, H rows, W columns.</summary>
public enum TensorLayout
{
    [JsonStringEnumMemberName("nchw")]
    Nchw,

    [JsonStringEnumMemberName("nhwc")]
    Nhwc,
}
