using Google.Protobuf;
using Octet.Graphs;
using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Onnx;

/// <summary>Writes models in the ONNX format. What <see cref="OnnxReader"/> found in a file and was not changed is written as it was
/// in.</summary>
public static class OnnxWriter
{
    /// <summary>The encoding counts with 31 bits; this leaves room for everything that is no tensor.</summary>
    const long MaxBytesInside = 2_000_000_000;

    /// <summary>Writes a model and, where it is too large for one file, its weights beside it. No file is ever seen half written.</summary>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public static void Write(Model model, string path, OnnxWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(path);
        options ??= new();
        if (ConstantBytes(model.Graph) <= Math.Min(options.ExternalDataThreshold, MaxBytesInside))
        {
            ExternalDataFile.ReplaceWhole(path, stream => Write(model, stream));
            return;
        }

        ExternalDataFile.ReplaceWithWeights(path, dataPath =>
        {
            var proto = new ModelProto();
            AtomicFile.Write(dataPath,
                data => proto = Encode(model, new ExternalDataWriter(data, Path.GetFileName(dataPath), options.SmallestExternalTensor)));
            return proto;
        });
    }

    /// <summary>Writes a model with all its weights.</summary>
    /// <exception cref="ModelException">The model is too large for one file.</exception>
    public static void Write(Model model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        if (ConstantBytes(model.Graph) > MaxBytesInside)
        {
            throw new ModelException($"Model '{model.Graph.Name}' has more than 2 GB of weights, which the format cannot hold in one "
                + "file; write it to a path, so that its weights go to a file beside it.");
        }
        Encode(model, weights: null).WriteTo(stream);
    }

    static ModelProto Encode(Model model, ExternalDataWriter? weights)
    {
        if (AttributeBytes(model.Graph) > MaxBytesInside)
        {
            throw new ModelException($"Model '{model.Graph.Name}' has more than 2 GB of tensors in attributes, which the format cannot "
                + "hold; fold its constants first, so that they become initializers.");
        }

        var proto = model.Foreign is { } foreign ? ModelProto.Parser.ParseFrom(foreign) : new();
        proto.IrVersion = model.IrVersion;
        proto.OpsetImport.Add(model.Graph.Opsets.Select(opset => new OperatorSetIdProto { Domain = opset.Key, Version = opset.Value }));
        if (model.ProducerName.Length > 0) proto.ProducerName = model.ProducerName;
        if (model.ProducerVersion.Length > 0) proto.ProducerVersion = model.ProducerVersion;
        if (model.Domain.Length > 0) proto.Domain = model.Domain;
        if (model.ModelVersion != 0) proto.ModelVersion = model.ModelVersion;
        if (model.DocString.Length > 0) proto.DocString = model.DocString;
        StringPairs.Write(model.Metadata, proto.MetadataProps);
        proto.Graph = new GraphWriter(weights).Write(model.Graph);
        return proto;
    }

    static long ConstantBytes(Graph graph) =>
        SumOverBodies(graph, each => each.Constants.Sum(constant => (long)constant.Constant!.Bytes.Length));

    static long AttributeBytes(Graph graph) => SumOverBodies(
        graph, each => each.Nodes.SelectMany(node => node.Attributes).Select(attribute => attribute.Value).OfType<Tensor>()
            .Sum(tensor => (long)tensor.Bytes.Length));

    static long SumOverBodies(Graph graph, Func<Graph, long> measure) =>
        measure(graph) + graph.Nodes.SelectMany(node => node.Subgraphs()).Sum(body => SumOverBodies(body, measure));
}
