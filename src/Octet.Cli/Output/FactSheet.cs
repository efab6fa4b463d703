using Spectre.Console;

namespace Octet.Cli;

/// <summary>Names on the left, facts on the right.</summary>
sealed class FactSheet
{
    readonly List<(string Name, string Fact, bool IsProse)> _rows = [];

    public void Add(string name, string fact) => _rows.Add((name, ReadableText.Of(fact), false));

    /// <summary>Sentences, broken into lines where the terminal ends.</summary>
    public void AddProse(string name, string text) => _rows.Add((name, ReadableText.Of(text), true));

    /// <summary>Several facts under one name; none are left out altogether.</summary>
    public void AddEach(string name, IEnumerable<string> facts)
    {
        foreach (var (index, fact) in facts.Index()) Add(index == 0 ? name : "", fact);
    }

    public void Show(IAnsiConsole console)
    {
        if (_rows.Count == 0) return;
        var width = _rows.Max(row => row.Name.Length) + 2;
        foreach (var (name, fact, isProse) in _rows)
        {
            console.Markup($"[grey]{Markup.Escape(name.PadRight(width))}[/]");
            var lines = isProse ? TextWrap.Lines(fact, Math.Max(20, console.Profile.Width - width)) : [fact];
            console.Profile.Out.Writer.WriteLine(string.Join(Environment.NewLine + new string(' ', width), lines));
        }
    }
}
