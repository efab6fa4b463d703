using System.CommandLine;
using Octet.Running;

namespace Octet.Cli;

/// <summary>How much memory the values of a model may take.</summary>
static class MemoryOption
{
    public static Option<long> Create() =>
        OptionKinds.Size("--max-memory",
            "The most that the model's values may take on all threads together, such as 2GB. A model that would take more is refused "
            + "before it runs, with what it would take.");

    public static SessionOptions SessionOptions(CommandRun run, Option<long> memory) =>
        run.Has(memory) ? new() { MaxBytes = run.Get(memory) } : new();
}
