using Google.Protobuf;
using Octet.Data;
using Octet.Data.Arrays;
using Octet.Fuzz.Mutation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Fuzz.Targets;

/// <summary>Arrays of numpy, as a whole and as samples.</summary>
sealed class NpyTarget : FileTarget
{
    public override string Name => "npy";

    public override string Ending => ".npy";

    public override byte[] Seed(Random random)
    {
        var type = random.Pick([DataType.Float32, DataType.Float64, DataType.Float16]);
        using var stream = new MemoryStream();
        NpyFile.Write(stream, new Tensor(type, [random.Next(1, 4), 3, 2]), "sound.npy");
        return stream.ToArray();
    }

    protected override void Read(string path, Random random)
    {
        NpyFile.Read(path);
        SampleReading.All(path);
    }
}

/// <summary>Archives of arrays.</summary>
sealed class NpzTarget : FileTarget
{
    public override string Name => "npz";

    public override string Ending => ".npz";

    public override byte[] Seed(Random random)
    {
        var path = Path.GetTempFileName();
        try
        {
            NpzFile.Write(path, [new("x", new Tensor(DataType.Float32, [2, 3, 2])), new("y", Tensor.Vector(1, 2, 3))]);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    protected override void Read(string path, Random random)
    {
        NpzFile.Read(path);
        SampleReading.All(path);
    }
}

/// <summary>Tensors in the format of ONNX.</summary>
sealed class TensorFileTarget : FileTarget
{
    public override string Name => "tensor";

    public override string Ending => ".pb";

    public override byte[] Seed(Random random) =>
        new TensorProto { Name = "x", DataType = (int)DataType.Float32, Dims = { 2, 3 }, FloatData = { 1, 2, 3, 4, 5, 6 } }.ToByteArray();

    public override byte[] Mutate(byte[] seed, Random random)
    {
        var tensor = TensorProto.Parser.ParseFrom(seed);
        if (random.Next(3) != 0) TensorMutator.Change(tensor, random);
        return random.Next(3) == 0 ? ByteMutator.Mutate(tensor.ToByteArray(), random) : tensor.ToByteArray();
    }

    protected override void Read(string path, Random random) => OnnxTensorFile.Read(path);
}

/// <summary>Goes through a file as the samples of a model.</summary>
static class SampleReading
{
    static readonly IReadOnlyList<ModelInput> Inputs = [new("x", DataType.Float32, new SymbolicShape(new Dimension(null, "n"), 3, 2))];

    public static void All(string path)
    {
        var samples = SampleSource.Open(path, Inputs, new ImagePreprocessing());
        for (var i = 0; i < Math.Min(samples.Count, 4); i++) samples.Load(i);
    }
}
