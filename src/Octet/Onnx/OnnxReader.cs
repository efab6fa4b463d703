using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx.Schema;

namespace Octet.Onnx;

/// <summary>Reads models in the ONNX format, of any opset and of IR version 3 or newer. Functions that a model brings along are
/// inlined.</summary>
/// <remarks>
/// A file may come from anyone: sizes are checked before memory is taken, external data is read only from inside the model's folder,
/// and everything that is wrong with a file is reported at once. Operators that Octet lacks do not stop a model from being read.
/// </remarks>
public static class OnnxReader
{
    const int OldestIrVersion = 3;

    /// <summary>Reads a model and, where it has some, the data files beside it.</summary>
    /// <exception cref="ModelException">The file cannot be read, is no ONNX model, or contradicts itself.</exception>
    public static Model Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read(ModelFile.ReadAllBytes(path), path, Path.GetDirectoryName(Path.GetFullPath(path)));
    }

    /// <summary>Reads a model from memory.</summary>
    /// <param name="bytes">The content of the file.</param>
    /// <param name="source">What messages call the model.</param>
    /// <param name="folder">Where its data files lie; null if it may have none.</param>
    /// <exception cref="ModelException">The bytes are no ONNX model, or it contradicts itself.</exception>
    public static Model Read(ReadOnlySpan<byte> bytes, string source, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var proto = Parse(bytes, source);
        if (proto.IrVersion is < OldestIrVersion and var version)
        {
            throw ModelException.Of(source,
                $"has IR version {version}; Octet reads {OldestIrVersion} and newer. Convert it with a current version of the onnx "
                + "package.");
        }

        var problems = new ModelProblems(source);
        using var external = folder is null ? null : new ExternalData(folder);
        var opsets = ReadOpsets(proto, problems);
        FunctionInliner.Inline(proto, opsets, problems);
        problems.ThrowIfAny();

        var graph = GraphReader.Read(proto.Graph, new TensorReader(external), problems, opsets);
        if (!problems.Any) problems.Try("", () => GraphCheck.Check(graph));
        problems.ThrowIfAny();
        return ModelOf(proto, graph, source, bytes.Length, external?.Paths ?? []);
    }

    /// <summary>Reads a model from a stream, to its end.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, string, string?)"/>
    public static Model Read(Stream stream, string source, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(source);
        using var memory = new MemoryStream();
        try
        {
            stream.CopyTo(memory);
        }
        catch (IOException cause)
        {
            throw ModelException.Of(source, $"cannot be read: {cause.Message}", cause);
        }
        return Read(memory.GetBuffer().AsSpan(0, (int)memory.Length), source, folder);
    }

    static ModelProto Parse(ReadOnlySpan<byte> bytes, string source)
    {
        if (bytes.IsEmpty) throw ModelException.Of(source, "is empty.");
        if (FileKinds.Describe(bytes) is { } other) throw ModelException.Of(source, other);

        var proto = ModelFile.Parse(ModelProto.Parser, bytes, source);
        return proto.Graph is null ? throw ModelException.Of(source, "is no ONNX model: it holds no graph.") : proto;
    }

    static Dictionary<string, int> ReadOpsets(ModelProto proto, ModelProblems problems)
    {
        var opsets = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var import in proto.OpsetImport)
        {
            var domain = Domains.Normalize(import.Domain);
            if (import.Version is < 0 or > int.MaxValue) problems.Add($"opset {import.Version} of domain '{domain}' cannot be");
            else if (!opsets.TryAdd(domain, (int)import.Version) && opsets[domain] != import.Version)
                problems.Add($"domain '{domain}' is used in two opsets, {opsets[domain]} and {import.Version}");
        }
        return opsets;
    }

    static Model ModelOf(ModelProto proto, Graph graph, string source, long bytes, IReadOnlyList<string> dataFiles)
    {
        var model = new Model
        {
            Graph = graph,
            Source = source,
            SourceBytes = bytes,
            DataFiles = dataFiles,
            IrVersion = proto.IrVersion,
            ProducerName = proto.ProducerName,
            ProducerVersion = proto.ProducerVersion,
            Domain = proto.Domain,
            ModelVersion = proto.ModelVersion,
            DocString = proto.DocString,
        };
        StringPairs.Take(proto.MetadataProps, model.Metadata);

        proto.Graph = null;
        proto.OpsetImport.Clear();
        proto.Functions.Clear();
        proto.ClearIrVersion();
        proto.ClearProducerName();
        proto.ClearProducerVersion();
        proto.ClearDomain();
        proto.ClearModelVersion();
        proto.ClearDocString();
        if (proto.CalculateSize() > 0) model.Foreign = proto.ToByteArray();
        return model;
    }
}
