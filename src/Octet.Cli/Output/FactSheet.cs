using Spectre.Console;

namespace Octet.Cli;

/// <summary>Names on the left, facts on the right.</summary>
sealed class FactSheet
{
    readonly List<(string Name, string Fact)> _rows = [];

    public void Add(string name, string fact) => _rows.Add((name, fact));

    /// <summary>Several facts under one name; none are left out altogether.</summary>
    public void AddEach(string name, IEnumerable<string> facts)
    {
        foreach (var (index, fact) in facts.Index()) Add(index == 0 ? name : "", fact);
    }

    public void Show(IAnsiConsole console)
    {
        var width = _rows.Max(row => row.Name.Length) + 2;
        foreach (var (name, fact) in _rows)
        {
            console.Markup($"[grey]{Markup.Escape(name.PadRight(width))}[/]");
            console.Profile.Out.Writer.WriteLine(fact);
        }
    }
}
