using Octet.Calibration;
using Octet.Data;
using Octet.Graphs;
using Octet.Planning;

namespace Octet.Pipeline;

/// <summary>What a recipe needs of samples, as far as it can be told before any is run: so parts of them can be measured apart.</summary>
/// <param name="Draft">The model as ranges are chosen for it, where no step has changed it by what samples show.</param>
/// <param name="Measured">What each step has to know of values; of the steps that have to know something.</param>
/// <param name="Reruns">The samples that steps run again.</param>
sealed record RecipeNeeds(QuantizationDraft Draft, IReadOnlyList<StepNeeds> Measured, SampleSelection Reruns)
{
    /// <summary>The number of samples on which drafts are compared and steps judged. They are the last ones: where there are many, steps
    /// that keep samples have not seen them.</summary>
    public const int JudgedSamples = 16;

    /// <exception cref="PlanException">The model cannot be quantized, or nothing of it would become integers.</exception>
    public static RecipeNeeds Of(Model model, Recipe recipe)
    {
        PlanException.ThrowIfUnfit(model);
        var context =
            new StepContext((_, _) => throw CalibrationException.NeedsSamples(recipe.Name), samples: null, new(), CancellationToken.None);
        var (draft, measured) = (new QuantizationDraft(model, recipe), new List<StepNeeds>());
        var reruns = recipe.ChangesWeights ? new SampleSelection(0, JudgedSamples) : default;
        foreach (var step in recipe.Steps)
        {
            reruns = reruns.Union(step.Reruns(draft));
            if (step.Needs(draft).Distinct().ToArray() is { Length: > 0 } needs) measured.Add(new(step, draft.Model.Graph, needs));
            // What a step changes by samples is a candidate beside the draft as it was.
            if (step is { Stage: StepStage.Graph, NeedsSamples: false }) draft = step.Apply(draft, context)[0];
        }
        return new(draft, measured, reruns);
    }
}

/// <summary>What a step has to know of values of a graph.</summary>
sealed record StepNeeds(QuantizationStep Step, Graph Graph, IReadOnlyList<MeasurementNeed> Needs);
