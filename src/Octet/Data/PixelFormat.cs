using System.Text.Json.Serialization;

namespace Octet.Data;

/// <summary>Which channels a model takes, in this order.</summary>
public enum PixelFormat
{
    /// <summary>Red, green, blue, as pictures are stored and PyTorch's models take them.</summary>
    [JsonStringEnumMemberName("rgb")]
    Rgb,

    /// <summary>Blue, green, red, as OpenCV reads pictures.</summary>
    [JsonStringEnumMemberName("bgr")]
    Bgr,

    /// <summary>One channel, <c>0.299 R + 0.587 G + 0.114 B</c>, taken before resizing.</summary>
    [JsonStringEnumMemberName("gray")]
    Gray,
}
