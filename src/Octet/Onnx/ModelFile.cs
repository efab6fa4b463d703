namespace Octet.Onnx;

/// <summary>Opens files of models and tensors.</summary>
static class ModelFile
{
    /// <summary>The whole content.</summary>
    /// <exception cref="ModelException">There is no such file, it cannot be opened, or it is larger than the format allows.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        if (Directory.Exists(path)) throw ModelException.Of(path, "is a folder; name the file in it.");
        if (!File.Exists(path)) throw ModelException.Of(path, "does not exist.");
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > Array.MaxLength) throw ModelException.Of(path, $"has {file.Length} bytes; a file of this format has less than 2 GB, and larger models keep their weights in files beside it.");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ModelException.Of(path, $"cannot be read: {cause.Message}", cause);
        }
    }
}
