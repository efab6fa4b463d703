using Google.Protobuf.Collections;
using Octet.Onnx.Schema;

namespace Octet.Onnx;

/// <summary>Free text by key (metadata), from and to its encoded form.</summary>
static class StringPairs
{
    /// <summary>Moves all pairs; of several with one key the last counts.</summary>
    public static void Take(RepeatedField<StringStringEntryProto> encoded, Dictionary<string, string> pairs)
    {
        foreach (var pair in encoded) pairs[pair.Key] = pair.Value;
        encoded.Clear();
    }

    public static void Write(Dictionary<string, string> pairs, RepeatedField<StringStringEntryProto> encoded) =>
        encoded.Add(pairs.Select(pair => new StringStringEntryProto { Key = pair.Key, Value = pair.Value }));
}
