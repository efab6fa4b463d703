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
            "Preprocessing: --resize, --crop, --letterbox, --pixel-format, --mean and --scale; 'octet prepare' keeps them in the model.",
        WhatToChange.InputShapes => "Shapes: octet prepare MODEL --input-shapes 1,3,224,224 -o FILE",
        WhatToChange.Names => "Names: octet inspect MODEL --nodes",
        WhatToChange.CalibrationTable =>
            "Tables: 'octet calibrate MODEL --data PATH -o TABLE' writes one; --partial-table leaves in floats what a table lacks.",
        _ => null,
    };

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
