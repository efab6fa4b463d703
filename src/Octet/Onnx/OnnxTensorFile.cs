using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Onnx;

/// <summary>Files that hold one tensor in the encoding of ONNX, such as the <c>input_0.pb</c> of its operator tests.</summary>
static class OnnxTensorFile
{
    /// <summary>Reads the tensor and its name, which may be empty.</summary>
    /// <exception cref="ModelException">The file cannot be read or holds no tensor.</exception>
    public static Tensor Read(string path, out string name)
    {
        var bytes = ModelFile.ReadAllBytes(path);
        var proto = ModelFile.Parse(TensorProto.Parser, bytes, path);
        name = proto.Name;
        try
        {
            if (proto.Segment is not null)
                throw new ModelException("holds a sequence, or a tensor in segments; only single tensors can be read");
            using var external = new ExternalData(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new TensorReader(external).Read(proto);
        }
        catch (OctetException cause)
        {
            throw ModelException.Of(path, cause.Message, cause);
        }
    }

    /// <summary>Reads the tensor.</summary>
    /// <inheritdoc cref="Read(string, out string)"/>
    public static Tensor Read(string path) => Read(path, out _);
}
