using System.CommandLine;
using System.CommandLine.Invocation;
using Octet.Cluster;

namespace Octet.Cli;

/// <summary>The command line as a whole: which commands there are, and how each way to end is told.</summary>
static class CommandLine
{
    public static Command Create(Terminal terminal)
    {
        var root = new Command("octet", "Turns a trained float ONNX model into an accurate int8 one, and measures what that cost.")
        {
            new InspectCommand(terminal),
            new CheckCommand(terminal),
            new PrepareCommand(terminal),
            new CalibrateCommand(terminal),
            new QuantizeCommand(terminal),
            new TrainCommand(terminal),
            new RecipesCommand(terminal),
            new EvaluateCommand(terminal),
            new CompareCommand(terminal),
            new ConvertCommand(terminal),
            new VerifyCommand(terminal),
            new RunCommand(terminal),
            new CompletionCommand(terminal),
            new CompleteCommand(terminal),
            CommonOptions.Json,
            CommonOptions.Quiet,
            HelpText.NewOption(terminal),
            new VersionOption { Description = "Show the version of octet." },
        };
        root.SetAction(request => HelpText.Print(root, request.InvocationConfiguration.Output, terminal.Width));
        return root;
    }

    /// <returns>The exit code, one of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var request = Create(terminal).Parse(arguments);
        if (request.Action is ParseErrorAction)
        {
            if (RankGroup.StartedRank == 0) UsageErrors.Print(request, terminal.Error);
            return ExitCode.WrongUsage;
        }
        return await request.InvokeAsync(new()
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = (request.CommandResult.Command as OctetCommand)?.TimeToStop,
        });
    }
}

/// <summary>How a command ended.</summary>
static class ExitCode
{
    public const int Success = 0;

    /// <summary>Something about the model, the data or the files; stderr says what.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself was not understood.</summary>
    public const int WrongUsage = 2;

    /// <summary>A mistake in Octet; stderr has the stack trace. The number is that of sysexits.h, EX_SOFTWARE.</summary>
    public const int Bug = 70;

    /// <summary>Ctrl-C; 128 + SIGINT, as shells have it.</summary>
    public const int Interrupted = 130;
}
