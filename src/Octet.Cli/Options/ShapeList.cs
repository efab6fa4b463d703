using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Octet.Tensors;

namespace Octet.Cli;

/// <summary>Shapes of several inputs, written <c>[[1,3,224,224],[1,10]]</c>; of one input also <c>1,3,224,224</c>.</summary>
sealed record ShapeList(IReadOnlyList<Shape> Shapes) : IParsable<ShapeList>
{
    const int MaxRank = 16;

    public static ShapeList Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var list)
        ? list : throw new FormatException($"'{s}' is no list of shapes; write [[1,3,224,224],[1,10]], or 1,3,224,224 for a single input");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out ShapeList result)
    {
        result = null;
        var text = s?.Trim() ?? "";
        try
        {
            var shapes = JsonSerializer.Deserialize(text.StartsWith("[[", StringComparison.Ordinal) ? text : $"[[{text.Trim('[', ']')}]]",
                CliJson.Default.Int32ArrayArray);
            if (shapes is not { Length: > 0 } || !shapes.All(IsPossible)) return false;
            result = new([.. shapes.Select(extents => new Shape(extents))]);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static bool IsPossible(int[]? extents) =>
        extents is { Length: <= MaxRank } && extents.All(extent => extent >= 1)
        && extents.Aggregate(1.0, (elements, extent) => elements * extent) <= int.MaxValue;
}
