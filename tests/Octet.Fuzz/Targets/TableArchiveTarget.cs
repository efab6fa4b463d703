using System.IO.Compression;
using System.Text;
using Octet.Calibration;
using Octet.Data.Arrays;
using Octet.Fuzz.Mutation;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.Fuzz.Targets;

/// <summary>Tables that carry samples along: the archive is changed, or the table in it, and a model is quantized by it.</summary>
sealed class TableArchiveTarget : FileTarget
{
    const string TableEntry = "table.json";

    /// <summary>All that is measured and carried along: channels, the extremes of samples, histograms, and samples.</summary>
    static readonly Recipe Recipe = Recipes.Find("pow2-best")! with
    {
        Steps = [new EqualizeChannels(), new ChooseRanges(), new SearchScales { MaxSamples = 2 }, new CorrectBiases { MaxSamples = 2 }],
    };

    static readonly Lazy<byte[]> Sound = new(Measured);

    public override string Name => "table-archive";

    public override string Ending => ".tablearchive";

    public override byte[] Seed(Random random) => Sound.Value;

    public override byte[] Mutate(byte[] seed, Random random)
    {
        if (random.Next(3) == 0) return ByteMutator.Mutate(seed, random);
        using var stream = new MemoryStream();
        stream.Write(seed);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var name = random.Next(4) > 0 ? TableEntry : random.Pick(archive.Entries.Select(entry => entry.FullName).ToArray());
            var content = ContentOf(archive.GetEntry(name)!);
            archive.GetEntry(name)!.Delete();
            if (random.Next(10) == 0) return Closed(archive, stream);
            using var changed = NpzFile.CreateEntry(archive, name).Open();
            changed.Write(name == TableEntry
                ? TextMutator.Mutate(Encoding.UTF8.GetString(content), random) : ByteMutator.Mutate(content, random));
        }
        return stream.ToArray();
    }

    protected override void Read(string path, Random random)
    {
        var options = new QuantizerOptions { Recipe = Recipe };
        Quantizer.Quantize(Model(), CalibrationTable.Load(path), new TableOptions(path), options);
    }

    static byte[] Closed(ZipArchive archive, MemoryStream stream)
    {
        archive.Dispose();
        return stream.ToArray();
    }

    static byte[] ContentOf(ZipArchiveEntry entry)
    {
        using var content = entry.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    static byte[] Measured()
    {
        var path = Path.GetTempFileName();
        try
        {
            var options = new QuantizerOptions { Recipe = Recipe };
            var samples = new InputSamples([.. Enumerable.Range(0, 3).Select(sample => new Dictionary<string, Tensor>
            {
                ["x"] = Tensor.Of<float>([1, 1, 2, 2], [sample, -1, 0.5f, 2]),
            })]);
            var statistics = Quantizer.Measure(Model(), samples, options);
            Quantizer.ChooseTable(Model(), statistics, options).Save(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Two convolutions with a bounded activation between them.</summary>
    static Model Model()
    {
        var graph = new Graph { Name = "net", Opsets = { [""] = 13 } };
        Value Convolve(Value x, string name, int outputs, int inputs) => graph.Add("Conv",
            [x, graph.AddConstant($"w{name}", Tensor.Of<float>([outputs, inputs, 1, 1], [1, -8])),
                graph.AddConstant($"b{name}", Tensor.Of<float>([outputs], [.. Enumerable.Repeat(0.5f, outputs)]))], $"c{name}");
        var x = graph.AddInput("x", DataType.Float32, new(1, 1, 2, 2));
        var bounds = new[] { 0f, 6f }.Select((bound, index) => graph.AddConstant($"bound{index}", Tensor.Scalar(bound)));
        graph.AddOutput(Convolve(graph.Add("Clip", [Convolve(x, "1", 2, 1), .. bounds], "bounded"), "2", 1, 2));
        return Quantizer.Prepare(new() { Graph = graph, Source = "net.onnx" });
    }
}
