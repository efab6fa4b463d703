using Octet.Data;
using Octet.Planning;

namespace Octet.Cli;

/// <summary>Words remedies as what to type.</summary>
static class RemedyWords
{
    /// <summary>A line for each remedy: what it is, and the options that do it.</summary>
    public static IEnumerable<string> Lines(IEnumerable<Remedy> remedies) =>
        remedies.Select(remedy => OptionsOf(remedy) is { } options ? $"{remedy}: {options}" : $"{remedy}");

    /// <summary>What to type for what an error says can be changed; null where its message says all.</summary>
    public static string? OptionsFor(WhatToChange change) => change switch
    {
        WhatToChange.Preprocessing =>
            $"Preprocessing: --preprocess {string.Join('|', PreprocessingPreset.All.Select(preset => preset.Name))}, or --resize, --crop, "
            + "--letterbox, --pixel-format, --mean and --std or --scale; 'octet prepare' keeps them in the model.",
        WhatToChange.InputShapes => "Shapes: octet prepare MODEL --input-shapes 1,3,224,224 -o FILE",
        WhatToChange.InputValues => "Inputs: octet prepare MODEL --fix-input NAME=NUMBER -o FILE",
        WhatToChange.Names => "Names: octet inspect MODEL --nodes",
        WhatToChange.CalibrationTable =>
            "Tables: 'octet calibrate MODEL --data PATH -o TABLE' writes one; --partial-table leaves in floats what a table lacks.",
        _ => null,
    };

    /// <summary>The options that bring pictures to the form that a model needs; null where an error is about something else.</summary>
    public static string? NeededFor(Exception mistake)
    {
        if ((mistake as PreprocessingException ?? mistake.InnerException as PreprocessingException) is not { } wrong) return null;
        var options = new List<string>();
        if (wrong.NeededSize is { } size) options.Add($"--resize {size}");
        if (wrong.NeededFormat is { } format) options.Add($"--pixel-format {format.ToString().ToLowerInvariant()}");
        return options.Count == 0 ? null : $"Type: {string.Join(' ', options)}";
    }

    /// <summary>The command line that does the first of the remedies for which the command that was typed has an option; null where there
    /// is none.</summary>
    /// <param name="typed">The words of the command line that was typed, behind the name of the program.</param>
    /// <param name="remedies">The most promising first.</param>
    public static string? Command(IReadOnlyList<string> typed, IEnumerable<Remedy> remedies) =>
        remedies.Select(ChangeOf).OfType<(string Option, string Value)>().Select(change => Changed(typed, change)).FirstOrDefault();

    /// <summary>An option and its value; null for what has to be looked up before it can be typed.</summary>
    static (string Option, string Value)? ChangeOf(Remedy remedy) => remedy switch
    {
        { Kind: RemedyKind.UseRecipe, Subjects: [var recipe, ..] } => ("--recipe", recipe),
        { Kind: RemedyKind.LeaveInFloats, Subjects: [var name, ..] } => ("--exclude", name),
        { Kind: RemedyKind.WidenActivations, Subjects: [var bits, ..] } => ("--activation-bits", bits),
        { Kind: RemedyKind.WidenWeights, Subjects: [var bits, ..] } => ("--weight-bits", bits),
        { Kind: RemedyKind.ChangeMethod, Subjects: [var method, ..] } => ("--method", method),
        { Kind: RemedyKind.ChangeMethod } => ("--search", "sqnr"),
        _ => null,
    };

    /// <summary>The same command with another value for one option. What is left in floats is added to what is.</summary>
    static string Changed(IReadOnlyList<string> typed, (string Option, string Value) change)
    {
        string[] replaced = change.Option switch
        {
            "--exclude" => [],
            "--search" => ["--search", "--method"],
            "--activation-bits" => ["--activation-bits", "--activations"],
            var option => [option],
        };
        var words = new List<string> { "octet" };
        for (var index = 0; index < typed.Count; index++)
        {
            if (replaced.Contains(typed[index])) index++;
            else words.Add(Quoted(typed[index]));
        }
        return string.Join(' ', [.. words, change.Option, Quoted(change.Value)]);
    }

    /// <summary>As a shell takes it.</summary>
    internal static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./:,=+@%".Contains(c, StringComparison.Ordinal)) ? word
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>The options of <c>octet quantize</c> that do it; null where none does.</summary>
    static string? OptionsOf(Remedy remedy) => remedy.Kind switch
    {
        RemedyKind.MeasureAccuracy => "--validate PATH --labels FILE",
        RemedyKind.UseRecipe => $"--recipe {string.Join(" or ", remedy.Subjects)}",
        RemedyKind.LeaveInFloats =>
            remedy.Subjects.Count > 0 ? string.Join(' ', remedy.Subjects.Select(name => $"--exclude '{name}'")) : "--exclude NAME",
        RemedyKind.WidenActivations => $"--activation-bits {remedy.Subjects[0]}",
        RemedyKind.WidenWeights => $"--weight-bits {remedy.Subjects[0]}",
        RemedyKind.ChangeMethod =>
            $"--method {(remedy.Subjects.Count > 0 ? string.Join(" or ", remedy.Subjects) : "NAME, or --search sqnr")}",
        RemedyKind.LimitWeights => "--weight-clipping on",
        RemedyKind.LimitActivations => "--activation-clipping on",
        RemedyKind.ScalePerChannel => "leave out --per-tensor",
        RemedyKind.CutModel => "octet prepare --output-names NAME",
        RemedyKind.AddSamples => "--data PATH",
        RemedyKind.CheckPreprocessing => "--mean, --scale, --resize, --crop",
        RemedyKind.Train => "octet train",
        _ => null,
    };
}
