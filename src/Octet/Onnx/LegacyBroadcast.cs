using Octet.Operators;

namespace Octet.Onnx;

/// <summary>Before opset 7 a node could say along which axis its second input is broadcast, which no present operator can do.</summary>
static class LegacyBroadcast
{
    /// <summary>An operator that says why it cannot run; null for nodes that mean what they mean today.</summary>
    public static UnsupportedOperator? Refuse(string opType, string domain, int opset, Attributes attributes) =>
        domain.Length == 0 && opset < 7 && attributes.Has("broadcast") && attributes.Has("axis")
            ? new(opType, domain, $"opset {opset} broadcasts along an axis of choice; convert the model to opset 13 or newer")
            : null;
}
