namespace Octet.Graphs;

/// <summary>What an ONNX file holds: a graph, and what its maker wrote about it.</summary>
public sealed class Model
{
    /// <summary>What the model computes.</summary>
    public required Graph Graph { get; init; }

    /// <summary>The file's name, for messages; empty for a model that was made in memory.</summary>
    public string Source { get; init; } = "";

    /// <summary>Bytes of the file, without those beside it; zero for a model that was made in memory.</summary>
    public long SourceBytes { get; init; }

    /// <summary>The files beside it that hold its weights, as full paths; empty where it holds all itself.</summary>
    public IReadOnlyList<string> DataFiles { get; init; } = [];

    /// <summary>Version of the file format (ir_version); 3 is the oldest that Octet reads.</summary>
    public long IrVersion { get; set; } = 8;

    /// <summary>The tool that made the file; free text.</summary>
    public string ProducerName { get; set; } = "";

    /// <summary>The version of that tool; free text.</summary>
    public string ProducerVersion { get; set; } = "";

    /// <summary>The name space of the model, such as <c>org.example</c>; may be empty.</summary>
    public string Domain { get; set; } = "";

    /// <summary>The version that its maker gave the model.</summary>
    public long ModelVersion { get; set; }

    /// <summary>Free text for people.</summary>
    public string DocString { get; set; } = "";

    /// <summary>Free text by key (metadata_props); Octet's own keys begin with <c>octet.</c></summary>
    public Dictionary<string, string> Metadata { get; init; } = [];

    /// <summary>What the file says and Octet does not interpret (training, devices, fields of newer versions), encoded as the format's
    /// message for a model, so that writing loses nothing.</summary>
    public byte[]? Foreign { get; set; }

    /// <summary>The file's name, and all nodes of the graph with their values, one a line.</summary>
    public override string ToString() => $"{(Source.Length > 0 ? Source : "model in memory")}\n{Graph}";

    /// <summary>The same facts around another graph.</summary>
    public Model With(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return new()
        {
            Graph = graph,
            Source = Source,
            SourceBytes = SourceBytes,
            DataFiles = DataFiles,
            IrVersion = IrVersion,
            ProducerName = ProducerName,
            ProducerVersion = ProducerVersion,
            Domain = Domain,
            ModelVersion = ModelVersion,
            DocString = DocString,
            Metadata = new(Metadata),
            Foreign = Foreign,
        };
    }
}
