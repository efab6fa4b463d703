using Octet.Operators;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>One term of what training makes small: how far an output of the network is from what is given for it.</summary>
/// <param name="Output">Name of the output; null for the first.</param>
/// <param name="Weight">Its share in the sum of all terms.</param>
public abstract record TrainingLoss(string? Output, double Weight)
{
    /// <summary>Element type of what is given: classes as integers, or real values.</summary>
    internal abstract DataType TargetType { get; }

    /// <summary>What computes the term from the output and from what is given.</summary>
    internal abstract Operator Operator { get; }

    /// <summary>The shape of what is given for an output of shape <paramref name="output"/>.</summary>
    internal virtual Shape TargetShape(Shape output) => output;
}

/// <summary>
/// Cross entropy with the right class of each sample, or of each place of a mask: scores [N, C, …] and classes [N, …].
/// </summary>
/// <param name="Smoothing">The share of each sample that is spread over all classes; 0 to below 1.</param>
/// <param name="IgnoredClass">The class of places that do not count, as masks have at borders; null for none.</param>
/// <param name="Output">Name of the output; null for the first.</param>
/// <param name="Weight">Its share in the sum of all terms.</param>
public sealed record ClassLoss(double Smoothing = 0, long? IgnoredClass = null, string? Output = null, double Weight = 1)
    : TrainingLoss(Output, Weight)
{
    internal override DataType TargetType => DataType.Int64;

    internal override Operator Operator => new SmoothedCrossEntropy(Smoothing, IgnoredClass);

    internal override Shape TargetShape(Shape output) => [output[0], .. output[2..]];
}

/// <summary>Distance from the scores of a teacher, for classification and segmentation; needs no labels.</summary>
/// <param name="Temperature">Divides all scores before they become probabilities; 1 to 4 are usual.</param>
/// <param name="Output">Name of the output; null for the first.</param>
/// <param name="Weight">Its share in the sum of all terms.</param>
public sealed record TeacherScoreLoss(double Temperature = 1, string? Output = null, double Weight = 1) : TrainingLoss(Output, Weight)
{
    internal override DataType TargetType => DataType.Float32;

    internal override Operator Operator => new ScoreDistance(Temperature);
}

/// <summary>Squared distance from the values of a teacher, as a share of their variance; for boxes and other regressions; needs no
/// labels.</summary>
/// <param name="Output">Name of the output; null for the first.</param>
/// <param name="Weight">Its share in the sum of all terms.</param>
public sealed record TeacherValueLoss(string? Output = null, double Weight = 1) : TrainingLoss(Output, Weight)
{
    internal override DataType TargetType => DataType.Float32;

    internal override Operator Operator => new ValueDistance();
}
