namespace Octet.Onnx;

/// <summary>Names of operator sets.</summary>
static class Domains
{
    /// <summary>Operators that Octet uses inside only; no other tool would know them.</summary>
    public const string Internal = "octet";

    /// <summary>ONNX's own operators have two spellings; the empty one is the usual.</summary>
    public static string Normalize(string domain) => domain == "ai.onnx" ? "" : domain;
}
