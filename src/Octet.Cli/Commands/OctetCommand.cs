using System.CommandLine;

namespace Octet.Cli;

/// <summary>One command: its options, its help, and what it does with the library. Ends of every kind are told here, the same for all
/// commands.</summary>
abstract class OctetCommand : Command
{
    readonly List<OptionGroup> _groups = [];

    protected OctetCommand(Terminal terminal, string name, string description) : base(name, description)
    {
        // In the background, so that Ctrl-C is heard while the library computes.
        SetAction((request, cancel) => Task.Run(() => RankedRun.Do(terminal, SharesWork,
            (own, ranks) => RunAndTell(new(request, own, ranks, cancel))), CancellationToken.None));
    }

    /// <summary>What else one should know to use it well: a few sentences below the first one in the help.</summary>
    public virtual string Explanation => "";

    /// <summary>Whole command lines, shown at the end of the help.</summary>
    public virtual IReadOnlyList<Example> Examples => [];

    /// <summary>Whether several processes that <c>mpirun</c> started share the work; else the first does all of it.</summary>
    public virtual bool SharesWork => false;

    /// <summary>How long the command may take to stop after Ctrl-C before the process ends without it. Unfinished files are gone by then,
    /// whatever it was doing.</summary>
    public virtual TimeSpan TimeToStop => TimeSpan.FromSeconds(1);

    /// <summary>Options that belong together, under a title of their own in the help.</summary>
    public IReadOnlyList<OptionGroup> Groups => _groups;

    protected abstract void Run(CommandRun run);

    protected T AddGroup<T>(T group) where T : OptionGroup
    {
        _groups.Add(group);
        foreach (var option in group.Options) Add(option);
        return group;
    }

    int RunAndTell(CommandRun run)
    {
        try
        {
            Run(run);
            return ExitCode.Success;
        }
        catch (OperationCanceledException)
        {
            run.Terminal.Error.WriteLine("Stopped; no file was left half written.");
            return ExitCode.Interrupted;
        }
        catch (UsageException mistake)
        {
            run.Terminal.Error.WriteLine(mistake.Message);
            run.Terminal.Error.WriteLine(UsageErrors.HintFor(this));
            return ExitCode.WrongUsage;
        }
        catch (Exception mistake) when (mistake is OctetException or IOException or UnauthorizedAccessException)
        {
            run.Terminal.Error.WriteLine(ReadableText.Of(mistake.Message));
            if (RemedyWords.NeededFor(mistake) is { } needed) run.Terminal.Error.WriteLine(needed);
            if (RemedyWords.OptionsFor((mistake as OctetException)?.Change ?? default) is { } options)
                run.Terminal.Error.WriteLine(options);
            return ExitCode.Failed;
        }
        catch (Exception problem) when (problem is OutOfMemoryException or AggregateException { InnerException: OutOfMemoryException })
        {
            run.Terminal.Error.WriteLine("There is not enough memory for this. Fewer --threads, where the command has that option, smaller "
                + "inputs or a larger machine help; no file was left half written.");
            return ExitCode.Failed;
        }
        catch (Exception bug)
        {
            run.Terminal.Error.WriteLine($"This is a mistake in Octet, not in what you did. Please report it with the lines "
                + $"below.{Environment.NewLine}{bug}");
            return ExitCode.Bug;
        }
    }
}

/// <summary>A command line that does something useful.</summary>
/// <param name="Purpose">What it is for.</param>
/// <param name="Line">What to type.</param>
sealed record Example(string Purpose, string Line);
