using System.Globalization;
using Octet.Fuzz.Targets;

namespace Octet.Fuzz;

/// <summary>Makes inputs from seeds, one after the other, and counts what comes of them.</summary>
/// <param name="only">One kind of file; null takes all.</param>
/// <param name="keep">Where inputs that do harm are kept, and the number of the one that runs; null keeps nothing.</param>
sealed class FuzzRun(IFuzzTarget? only, string? keep)
{
    readonly SortedDictionary<string, (int Taken, int Refused, int Findings)> _counts = new(StringComparer.Ordinal);
    readonly Dictionary<string, int> _known = [];

    public int Findings { get; private set; }

    /// <summary>Runs inputs until there were so many, or the time is over.</summary>
    public void Run(int first, int count, TimeSpan max)
    {
        if (keep is not null) Directory.CreateDirectory(keep);
        using var watchdog = new Watchdog(Tell);
        using var current = keep is null
            ? null : new FileStream(Path.Combine(keep, "current"), FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var end = DateTime.UtcNow + max;
        for (var seed = first; seed < first + count && DateTime.UtcNow < end; seed++)
        {
            // Whoever started this program can tell from it which input ended it.
            current?.Seek(0, SeekOrigin.Begin);
            current?.Write(System.Text.Encoding.ASCII.GetBytes(seed.ToString("D10", CultureInfo.InvariantCulture)));
            RunOne(seed, watchdog);
        }
    }

    /// <summary>Reads files once more that did harm, or may.</summary>
    public void Replay(IEnumerable<string> paths)
    {
        using var watchdog = new Watchdog(Tell);
        foreach (var path in paths)
        {
            var target = only ?? FuzzTargets.OfFile(path)
                ?? throw new ArgumentException($"The ending of '{path}' tells no kind; give one.");
            // Choices that the file does not make are tried several times.
            for (var seed = 0; seed < 20; seed++)
            {
                watchdog.Begin(path);
                Consume(target, File.ReadAllBytes(path), seed, Path.GetFileName(path));
            }
        }
    }

    /// <summary>A line for each kind of file.</summary>
    public void WriteCounts(TextWriter output)
    {
        foreach (var (target, (taken, refused, findings)) in _counts)
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{target,-14} {taken + refused + findings,8} inputs {taken,8} taken {refused,8} refused {findings,6} findings"));
    }

    void RunOne(int seed, Watchdog watchdog)
    {
        var target = only ?? FuzzTargets.Choose(new Random(seed));
        watchdog.Begin($"{target.Name} seed {seed}");
        Consume(target, target.Make(new Random(seed)), seed, "");
    }

    void Consume(IFuzzTarget target, byte[] file, int seed, string name)
    {
        var counts = _counts.GetValueOrDefault(target.Name);
        try
        {
            if (target.Consume(file, new Random(seed))) counts.Taken++;
            else counts.Refused++;
        }
#pragma warning disable CA1031 // Any exception but those that are refusals is what is looked for.
        catch (Exception problem)
#pragma warning restore CA1031
        {
            counts.Findings++;
            Keep(Finding.Of(target.Name, seed, problem), target, file, name);
        }
        _counts[target.Name] = counts;
    }

    /// <summary>Tells the first of each cause, and keeps it.</summary>
    void Keep(Finding finding, IFuzzTarget target, byte[] file, string name)
    {
        Findings++;
        _known[finding.Key] = _known.GetValueOrDefault(finding.Key) + 1;
        if (_known[finding.Key] > 1) return;

        Tell($"{name} {finding}");
        if (keep is null)
        {
            Console.Error.WriteLine(finding.Text);
            return;
        }
        File.WriteAllBytes(Path.Combine(keep, string.Create(CultureInfo.InvariantCulture, $"{target.Name}-{finding.Seed}{target.Ending}")),
            file);
        File.WriteAllText(Path.Combine(keep, string.Create(CultureInfo.InvariantCulture, $"{target.Name}-{finding.Seed}.txt")),
            finding.Text);
    }

    static void Tell(string finding) => Console.Out.WriteLine($"FINDING {finding}");
}
