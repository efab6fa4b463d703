using System.Text.Json.Serialization;

namespace Octet.Data;

/// <summary>The order of the dimensions of pictures in a tensor: N pictures, C channels, H rows, W columns.</summary>
public enum TensorLayout
{
    /// <summary>[batch, channels, height, width], as PyTorch exports it.</summary>
    [JsonStringEnumMemberName("nchw")]
    Nchw,

    /// <summary>[batch, height, width, channels], as TensorFlow exports it.</summary>
    [JsonStringEnumMemberName("nhwc")]
    Nhwc,
}
