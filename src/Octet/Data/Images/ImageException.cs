namespace Octet.Data.Images;

/// <summary>A picture that cannot be decoded; the message names it.</summary>
public sealed class ImageException : OctetException
{
    /// <summary>An error about one picture.</summary>
    /// <param name="picture">Its path or name.</param>
    /// <param name="problem">What is wrong, and what to do.</param>
    /// <param name="cause">What was thrown; null where nothing was.</param>
    public ImageException(string picture, string problem, Exception? cause = null) : base($"picture '{picture}': {problem}", cause) { }
}
