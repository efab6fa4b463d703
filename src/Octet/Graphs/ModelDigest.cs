using System.Security.Cryptography;
using System.Text;
using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>A short text that differs for models that compute differently: by it, results of one model are known from those of
/// another.</summary>
static class ModelDigest
{
    /// <summary>SHA-256, in hexadecimal, over the graph's text, the elements of its constants, and the model's metadata, where
    /// preprocessing stands.</summary>
    public static string Of(Model model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(GraphText.Write(model.Graph)));
        foreach (var constant in model.Graph.Constants)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{constant.Name} {constant.Constant}\n"));
            if (constant.Constant!.Type != DataType.String) hash.AppendData(constant.Constant.Bytes);
        }
        foreach (var (key, text) in model.Metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            hash.AppendData(Encoding.UTF8.GetBytes($"{key}={text}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
