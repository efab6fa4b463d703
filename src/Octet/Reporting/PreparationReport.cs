namespace Octet.Reporting;

/// <summary>What preparing a model did: what the command line prints, and what <c>--json</c> writes.</summary>
public sealed record PreparationReport
{
    /// <summary>The file that was written.</summary>
    public required string Output { get; init; }

    /// <summary>What was changed, in order.</summary>
    public IReadOnlyList<PassReport> Passes { get; init; } = [];

    /// <summary>What the prepared model takes.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>What the prepared model gives.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>What the model keeps, as JSON; null for nothing.</summary>
    public string? Preprocessing { get; init; }

    /// <summary>How near the outputs of the test are; null where none was asked for.</summary>
    public CheckReport? Check { get; init; }
}

/// <summary>How many places a pass changed.</summary>
public sealed record PassReport(string Pass, int Changes);
