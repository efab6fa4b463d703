using System.Text;
using Octet.Cluster;
using Octet.Data.Arrays;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>The state of a run in an .npz file, written beside and renamed, so that it is whole whenever the run ends.</summary>
sealed class TrainingCheckpoint
{
    readonly IReadOnlyDictionary<string, Tensor> _arrays;
    readonly string _path;

    TrainingCheckpoint(string path, IReadOnlyDictionary<string, Tensor> arrays) => (_path, _arrays) = (path, arrays);

    public long Step { get; private init; }

    public (double Sum, int Count) Loss { get; private init; }

    public IReadOnlyList<TrainingEpoch> Epochs { get; private init; } = [];

    public double BestJudgement { get; private init; }

    public int BestEpoch { get; private init; }

    public bool HasBest => _arrays.ContainsKey("best0");

    public Tensor Read(string name) =>
        _arrays.TryGetValue(Escaped(name), out var tensor)
        ? tensor : throw new TrainingException($"The checkpoint '{_path}' lacks '{name}'; it was not written by this version.");

    public static void Write(
        string path, string fingerprint, long step, (double Sum, int Count) loss, IReadOnlyList<TrainingEpoch> epochs,
        (Tensor[]? State, double Judgement, int Epoch) best,
        Tensor[] state, Tensor[] average, (string Name, Tensor Elements)[] moments)
    {
        double[] numbers = [step, loss.Sum, loss.Count, best.Judgement, best.Epoch];
        var arrays = new List<KeyValuePair<string, Tensor>>
        {
            new("fingerprint", Text(fingerprint)),
            new("numbers", Tensor.Of<double>([numbers.Length], numbers)),
            new("epochs", Tensor.Of<double>([epochs.Count * EpochFields], [.. epochs.SelectMany(Row)])),
        };
        for (var i = 0; i < state.Length; i++)
        {
            arrays.Add(new($"state{i}", state[i]));
            if (average.Length > 0) arrays.Add(new($"average{i}", average[i]));
            if (best.State is not null) arrays.Add(new($"best{i}", best.State[i]));
        }
        arrays.AddRange(moments.Select(moment => new KeyValuePair<string, Tensor>(Escaped(moment.Name), moment.Elements)));
        NpzFile.Write(path, arrays);
    }

    /// <summary>Reads a checkpoint for all ranks: rank 0 has the file, and the others may be on other machines.</summary>
    /// <returns>Null where rank 0 has no such file.</returns>
    /// <exception cref="TrainingException">The file belongs to another run.</exception>
    public static TrainingCheckpoint? Read(IRankGroup ranks, string path, string fingerprint)
    {
        if (ranks.FromFirst(ranks.Rank == 0 && File.Exists(path) ? File.ReadAllBytes(path) : null) is not { } bytes) return null;
        using var stream = new MemoryStream(bytes);
        var arrays = NpzFile.Read(stream, path, _ => true);
        if (!arrays.TryGetValue("fingerprint", out var written) || !arrays.TryGetValue("numbers", out var numbers)
            || !arrays.TryGetValue("epochs", out var epochs) || written.Type != DataType.UInt8 || Text(written) != fingerprint
            || numbers is not { Type: DataType.Float64, Length: 5 } || epochs.Type != DataType.Float64 || epochs.Length % EpochFields != 0)
        {
            throw new TrainingException($"The checkpoint '{path}' belongs to another run: another model, data, batch, seed, length, "
                + "optimizer or learning rate. Give the same settings, or begin anew without it.");
        }
        var values = numbers.AsSpan<double>();
        return new(path, arrays)
        {
            Step = (long)values[0],
            Loss = (values[1], (int)values[2]),
            BestJudgement = values[3],
            BestEpoch = (int)values[4],
            Epochs = [.. epochs.AsSpan<double>().ToArray().Chunk(EpochFields).Select(Epoch)],
        };
    }

    /// <summary>Numbers of an epoch.</summary>
    const int EpochFields = 6;

    static double[] Row(TrainingEpoch epoch) =>
        [epoch.Epoch, epoch.Steps, epoch.Loss, epoch.LearningRate, epoch.Validation ?? double.MinValue, epoch.Seconds];

    static TrainingEpoch Epoch(double[] row) =>
        new((int)row[0], (long)row[1], row[2], row[3], row[4] == double.MinValue ? null : row[4], row[5]);

    static Tensor Text(string text) => Tensor.Of<byte>([Encoding.UTF8.GetByteCount(text)], Encoding.UTF8.GetBytes(text));

    static string Text(Tensor bytes) => Encoding.UTF8.GetString(bytes.AsSpan<byte>());

    /// <summary>Names of values may hold what names of files may not.</summary>
    static string Escaped(string name) => Uri.EscapeDataString(name);
}
