using Spectre.Console;
using Spectre.Console.Rendering;

namespace Octet.Cli;

/// <summary>Names on the left, facts on the right.</summary>
sealed class FactSheet
{
    readonly List<(string Name, string Fact, bool IsProse, Mood? Mood)> _rows = [];

    public void Add(string name, string fact) => _rows.Add((name, ReadableText.Of(fact), false, null));

    /// <summary>The sentences that matter most, in the colour of what they say.</summary>
    public void AddVerdict(string name, string text, Mood mood) => _rows.Add((name, ReadableText.Of(text), true, mood));

    /// <summary>Writes the verdicts alone, a line each, for those who want nothing else; all facts where there is no verdict.</summary>
    public void ShowVerdicts(IAnsiConsole console)
    {
        var verdicts = _rows.Where(row => row.Mood is not null).ToArray();
        if (verdicts.Length == 0) Show(console);
        foreach (var verdict in verdicts) console.Profile.Out.Writer.WriteLine(verdict.Fact);
    }

    /// <summary>Sentences, broken into lines where the terminal ends.</summary>
    public void AddProse(string name, string text) => _rows.Add((name, ReadableText.Of(text), true, null));

    /// <summary>Several facts under one name; none are left out altogether.</summary>
    public void AddEach(string name, IEnumerable<string> facts)
    {
        foreach (var (index, fact) in facts.Index()) Add(index == 0 ? name : "", fact);
    }

    public void Show(IAnsiConsole console)
    {
        if (_rows.Count == 0) return;
        var width = _rows.Max(row => row.Name.Length) + 2;
        foreach (var (name, fact, isProse, mood) in _rows)
        {
            console.Markup($"[grey]{Markup.Escape(name.PadRight(width))}[/]");
            var lines = isProse ? TextWrap.Lines(fact, Math.Max(20, console.Profile.Width - width)) : [fact];
            var text = string.Join(Environment.NewLine + new string(' ', width), lines);
            if (mood is { } colour) console.Write(new VerdictText(text + Environment.NewLine, colour));
            else console.Profile.Out.Writer.WriteLine(text);
        }
    }

    /// <summary>Text of which nothing is broken anew.</summary>
    sealed class VerdictText(string text, Mood mood) : Renderable
    {
        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => [new(text, mood switch
        {
            Mood.Good => new(Color.Green),
            Mood.Doubtful => new(Color.Yellow),
            _ => new(Color.Red),
        })];
    }
}
