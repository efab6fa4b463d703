using Google.Protobuf;

namespace Octet.Onnx;

/// <summary>Opens files of models and tensors.</summary>
static class ModelFile
{
    /// <summary>A pipe may never end; a model of this size without its weights beside it is rare.</summary>
    const int MaxPipeBytes = 1 << 30;

    /// <summary>Parses a message after a look at what it would take.</summary>
    /// <exception cref="ModelException">The bytes are no such message.</exception>
    public static T Parse<T>(MessageParser<T> parser, ReadOnlySpan<byte> bytes, string source) where T : IMessage<T>, new()
    {
        try
        {
            EncodingCheck.Check(bytes, new T().Descriptor);
            return parser.ParseFrom(bytes);
        }
        catch (ModelException cause)
        {
            throw ModelException.Of(source, cause.Message, cause);
        }
        catch (InvalidProtocolBufferException cause)
        {
            throw ModelException.Of(source, "is no ONNX file, or is damaged.", cause);
        }
    }

    /// <summary>The whole content.</summary>
    /// <exception cref="ModelException">There is no such file, it cannot be opened, or it is larger than the format allows.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        if (Directory.Exists(path)) throw ModelException.Of(path, "is a folder; name the file in it.");
        if (!File.Exists(path)) throw ModelException.Of(path, "does not exist.");
        if (FileType.MayWaitForEver(path)) throw ModelException.Of(path, FileType.Closed + ".");
        try
        {
            using var file = File.OpenRead(path);
            if (!file.CanSeek) return ReadPipe(file, path);
            if (file.Length > Array.MaxLength)
                throw ModelException.Of(path,
                    $"has {file.Length} bytes; a file of this format has less than 2 GB, and larger models keep their weights in files "
                    + "beside it.");
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw ModelException.Of(path, $"cannot be read: {cause.Message}", cause);
        }
    }

    /// <summary>A pipe says its length by ending.</summary>
    static byte[] ReadPipe(FileStream pipe, string path)
    {
        using var content = new MemoryStream();
        var buffer = new byte[1 << 16];
        while (pipe.Read(buffer) is > 0 and var count)
        {
            if (content.Length + count > MaxPipeBytes)
                throw ModelException.Of(path, $"is a pipe that gives more than {MaxPipeBytes} bytes; write the model to a file first.");
            content.Write(buffer, 0, count);
        }
        return content.ToArray();
    }
}
