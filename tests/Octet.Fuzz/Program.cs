using System.Globalization;
using Octet.Fuzz;
using Octet.Fuzz.Targets;

const string Usage = """
    Octet.Fuzz run [KIND|all] FIRST COUNT [FOLDER] [MINUTES]   inputs made from the seeds FIRST, FIRST + 1, …; those that do harm are kept in FOLDER
    Octet.Fuzz replay [KIND|all] FILE...                       files once more
    Octet.Fuzz make KIND|all SEED FILE                          writes one input
    Octet.Fuzz afl KIND | libfuzzer KIND                       inputs from outside, guided by coverage (see tests/fuzz.sh)
    """;

try
{
    var kind = args.Length < 2 ? throw new ArgumentException("Too few arguments.") : args[1];
    var target = kind == "all" ? null : FuzzTargets.Named(kind);
    switch (args[0], args.Length)
    {
        case ("run", >= 4):
            var run = new FuzzRun(target, args.Length > 4 && args[4].Length > 0 ? args[4] : null);
            run.Run(Number(args[2]), Number(args[3]), args.Length > 5 ? TimeSpan.FromMinutes(Number(args[5])) : TimeSpan.MaxValue / 4);
            return End(run);
        case ("replay", >= 3):
            var replay = new FuzzRun(target, keep: null);
            replay.Replay(args[2..]);
            return End(replay);
        case ("make", 4):
            File.WriteAllBytes(args[3], (target ?? FuzzTargets.Choose(new Random(Number(args[2])))).Make(new Random(Number(args[2]))));
            return 0;
        case ("afl", 2):
            SharpFuzz.Fuzzer.OutOfProcess.Run(stream => target!.Consume(ReadAll(stream), new Random(1)));
            return 0;
        case ("libfuzzer", 2):
            SharpFuzz.Fuzzer.LibFuzzer.Run(bytes => target!.Consume(bytes.ToArray(), new Random(1)));
            return 0;
        default: throw new ArgumentException("Too few arguments.");
    }
}
catch (ArgumentException problem)
{
    Console.Error.WriteLine($"{problem.Message}\n{Usage}");
    return 2;
}
finally
{
    FileTarget.RemoveFolder();
}

static int End(FuzzRun run)
{
    run.WriteCounts(Console.Out);
    return run.Findings == 0 ? 0 : 1;
}

static int Number(string text) =>
    int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : throw new ArgumentException($"'{text}' is no number.");

static byte[] ReadAll(Stream stream)
{
    using var memory = new MemoryStream();
    stream.CopyTo(memory);
    return memory.ToArray();
}
