namespace Octet.Data.Images;

/// <summary>A picture that cannot be decoded; the message names it.</summary>
public sealed class ImageException : OctetException
{
    public ImageException(string picture, string problem, Exception? cause = null) : base($"picture '{picture}': {problem}", cause) { }
}
