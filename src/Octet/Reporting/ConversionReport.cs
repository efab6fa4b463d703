using Octet.Exporting;

namespace Octet.Reporting;

/// <summary>What a conversion wrote: what the command line prints, and what <c>--json</c> writes.</summary>
public sealed record ConversionReport
{
    /// <summary>The file that was written.</summary>
    public required string Output { get; init; }

    /// <summary>The operators of the file and how many nodes they have, by name.</summary>
    public IReadOnlyList<OperatorCount> Operators { get; init; } = [];

    /// <summary>What the form cannot say, and stays as it was.</summary>
    public IReadOnlyList<UnconvertedNode> Left { get; init; } = [];
}
