using Octet.Foundation;

namespace Octet.Verification;

/// <summary>A runtime refuses a model, or a model cannot be verified as it is asked.</summary>
public sealed class VerificationException : OctetException
{
    internal VerificationException(string message) : base(message) { }

    internal static VerificationException Refused(string path, Exception refusal) =>
        new($"ONNX Runtime {OnnxRuntime.Version} does not load '{path}': {refusal.Message.Trim()}");

    internal static VerificationException Failed(string path, string sample, Exception failure) =>
        new($"ONNX Runtime {OnnxRuntime.Version} fails in '{path}' with sample '{sample}': {failure.Message.Trim()}");
}
