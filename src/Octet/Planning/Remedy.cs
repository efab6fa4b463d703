namespace Octet.Planning;

/// <summary>What can be done about a loss of accuracy, as data: the command line words it as options, the library as properties, a page as
/// text.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Subjects">What it is done with: names of recipes, nodes or methods, or a number of bits; empty where nothing has to be
/// named.</param>
public sealed record Remedy(RemedyKind Kind, params IReadOnlyList<string> Subjects)
{
    /// <summary>In plain words, without a full stop.</summary>
    public override string ToString() => Kind switch
    {
        RemedyKind.MeasureAccuracy => "measure the accuracy on labelled samples",
        RemedyKind.UseRecipe => $"use the recipe {string.Join(" or ", Subjects)}",
        RemedyKind.LeaveInFloats =>
            Subjects.Count > 0 ? $"leave {string.Join(", ", Subjects)} in floats" : "leave the layers that lose most in floats",
        RemedyKind.WidenActivations => $"give values between operators {Subjects[0]} bits",
        RemedyKind.WidenWeights => $"give weights {Subjects[0]} bits",
        RemedyKind.ChangeMethod =>
            Subjects.Count > 0 ? $"choose ranges by another method: {string.Join(", ", Subjects)}" : "choose ranges by another method",
        RemedyKind.LimitWeights => "limit the weights that are far from all others",
        RemedyKind.LimitActivations => "leave the outliers out of the ranges between operators",
        RemedyKind.ScalePerChannel => "give each channel of a weight a scale of its own",
        RemedyKind.CutModel => "cut the model there, and compute the rest outside",
        RemedyKind.AddSamples => "add calibration samples that look like the real ones",
        RemedyKind.CheckPreprocessing => "check that the preprocessing is that of training",
        RemedyKind.Train => "train for integers",
        _ => Kind.ToString(),
    };

    /// <summary>Lists remedies as the beginning of a sentence: <c>use the recipe best, or give values between operators 16
    /// bits</c>.</summary>
    internal static string Join(IReadOnlyList<Remedy> remedies) => string.Join(", or ", remedies);
}

/// <summary>What to do about a loss of accuracy.</summary>
public enum RemedyKind
{
    /// <summary>Measure the accuracy on labelled samples.</summary>
    MeasureAccuracy,

    /// <summary>Use another recipe; the subjects are its names, the best first.</summary>
    UseRecipe,

    /// <summary>Exclude nodes from quantization; the subjects are their names.</summary>
    LeaveInFloats,

    /// <summary>More bits for values between operators; the subject is their number.</summary>
    WidenActivations,

    /// <summary>More bits for weights; the subject is their number.</summary>
    WidenWeights,

    /// <summary>Another calibration method; the subjects are names of methods.</summary>
    ChangeMethod,

    /// <summary>Clip weight tensors in which a few elements are huge.</summary>
    LimitWeights,

    /// <summary>Clip values between operators.</summary>
    LimitActivations,

    /// <summary>Per-channel scales of weights.</summary>
    ScalePerChannel,

    /// <summary>End the model earlier.</summary>
    CutModel,

    /// <summary>More calibration samples.</summary>
    AddSamples,

    /// <summary>Compare the preprocessing with that of training.</summary>
    CheckPreprocessing,

    /// <summary>Quantization-aware training.</summary>
    Train,
}
