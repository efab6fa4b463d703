using Octet.Cluster;

namespace Octet.Cli;

/// <summary>A command as one of several processes: rank 0 talks, the others are silent unless they fail alone.</summary>
static class RankedRun
{
    /// <summary>How long another rank waits before it speaks of its mistake: rank 0 mostly makes the same one, and then ends all.</summary>
    static readonly TimeSpan TimeToSpeak = TimeSpan.FromSeconds(2);

    /// <summary>How long another rank waits after Ctrl-C: rank 0 may have a checkpoint to write.</summary>
    static readonly TimeSpan TimeToSave = TimeSpan.FromSeconds(30);

    /// <summary>Runs a command.</summary>
    /// <param name="terminal">What rank 0 talks to.</param>
    /// <param name="isShared">Whether the processes share the work; else the first does all of it.</param>
    /// <param name="run">The command, with a terminal of its own; gives an exit code.</param>
    public static int Do(Terminal terminal, bool isShared, Func<Terminal, IRankGroup, int> run)
    {
        if (!isShared) return terminal.Ranks is null && RankGroup.StartedRank > 0 ? ExitCode.Success : run(terminal, RankGroup.Alone);
        IRankGroup ranks;
        try
        {
            ranks = terminal.Ranks ?? RankGroup.Join();
        }
        catch (ClusterException problem)
        {
            if (RankGroup.StartedRank == 0) terminal.Error.WriteLine(problem.Message);
            return ExitCode.Failed;
        }
        if (ranks.Count == 1) return run(terminal, ranks);
        using (ranks)
        {
            return ranks.Rank == 0 ? First(terminal, ranks, run) : Other(terminal, ranks, run);
        }
    }

    static int First(Terminal terminal, IRankGroup ranks, Func<Terminal, IRankGroup, int> run)
    {
        var code = run(terminal, ranks);
        if (code == ExitCode.Success) return code;
        terminal.Error.Flush();
        ranks.Abort(code);
        return code;
    }

    static int Other(Terminal terminal, IRankGroup ranks, Func<Terminal, IRankGroup, int> run)
    {
        using var said = new StringWriter();
        var code = run(terminal with { Output = TextWriter.Null, Error = said, ShowsBars = false }, ranks);
        if (code == ExitCode.Success) return code;
        Thread.Sleep(code == ExitCode.Interrupted ? TimeToSave : TimeToSpeak);
        terminal.Error.WriteLine($"Rank {ranks.Rank} of {ranks.Count} on {Environment.MachineName} could not go on, "
            + $"which ends all: {said}");
        terminal.Error.Flush();
        ranks.Abort(code);
        return code;
    }
}
