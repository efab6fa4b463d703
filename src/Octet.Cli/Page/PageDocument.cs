using Octet.Reporting;

namespace Octet.Cli;

/// <summary>All that a page shows, as its script reads it: the report, what it draws besides, and how the run came about.</summary>
/// <param name="Kind">The command: <c>quantize</c>.</param>
/// <param name="Command">The command line that was typed, for a shell.</param>
sealed record PageDocument(string Kind, string Command)
{
    /// <summary>Of octet.</summary>
    public required string Version { get; init; }

    /// <summary>Where it ran, in words.</summary>
    public required string Machine { get; init; }

    /// <summary>The models that were compared; empty where the report names its model.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>When, in UTC.</summary>
    public required string Made { get; init; }

    /// <summary>The report, as <c>--json</c> prints it.</summary>
    public required System.Text.Json.JsonElement Report { get; init; }

    /// <summary>The remedies, with what to type.</summary>
    public IReadOnlyList<string> ToDo { get; init; } = [];

    /// <summary>The command line that does the first remedy that is an option; null where none is.</summary>
    public string? NextCommand { get; init; }

    /// <summary>How often the integer model answers as the float model does, in words; null where that is not known.</summary>
    public string? Agreement { get; init; }

    /// <summary>What only a quantization has; null for other commands.</summary>
    public RunDetails? Details { get; init; }
}
