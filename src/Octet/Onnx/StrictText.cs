using System.Text;
using Google.Protobuf;

namespace Octet.Onnx;

/// <summary>Bytes that the format wants to be UTF-8 text, and that a file may fill with anything.</summary>
static class StrictText
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Null for bytes that are no text.</summary>
    public static string? OrNull(ByteString bytes)
    {
        try
        {
            return Utf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
