using Octet.Planning;

namespace Octet.Checking;

/// <summary>One rule that networks should follow which are to become integers. A guideline finds where a model does not, and says what to
/// do about it.</summary>
/// <remarks>Source of most of them: TI edgeai-modeloptimization, quantization/v1/docs (guidelines for networks), and Nagel et al. 2021,
/// arXiv:2106.08295, section 3.</remarks>
abstract class Guideline
{
    /// <summary>In the order in which a person wants to read about them: what costs most first.</summary>
    public static IReadOnlyList<Guideline> All { get; } =
    [
        new HardLayers(), new WeightChannels(), new WeightOutliers(), new ValueOutliers(), new ValueChannels(), new MixedRanges(),
        new FloatOperators(), new MissingNormalization(), new BoundedActivations(), new DeadChannels(),
    ];

    /// <summary>For machines: <c>weight-channels</c>.</summary>
    public abstract string Name { get; }

    /// <summary>For people, a few words that name the fault.</summary>
    public abstract string Title { get; }

    /// <summary>What to do where the guideline is not followed, in a sentence or two.</summary>
    /// <param name="recipe">How the model would be quantized, which decides what there is to do.</param>
    public abstract string Advice(Recipe recipe);

    /// <summary>The same as data, the most promising first; empty where only training or another export helps.</summary>
    public virtual IReadOnlyList<Remedy> Remedies(Recipe recipe) => [];

    /// <summary>Whether it can say anything only of a model that has run on samples.</summary>
    public virtual bool NeedsSamples => false;

    /// <summary>Everything that is found, in any order.</summary>
    public abstract IEnumerable<Finding> Find(CheckedModel model);

    /// <summary>More bits for values between operators. By TI's rule for biases values alone cannot widen, so that its recipes widen
    /// everything.</summary>
    private protected static Remedy Wider(Recipe recipe) =>
        recipe.Config.Activations.PowerOfTwo ? new(RemedyKind.UseRecipe, "pow2-best-16") : new(RemedyKind.WidenActivations, "16");
}
