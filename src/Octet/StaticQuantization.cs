using Octet.Data;
using Octet.Graphs;
using Octet.Passes;
using Octet.Pipeline;
using Octet.Planning;

namespace Octet;

/// <summary>
/// Static quantization in the steps that PyTorch's users know: fuse, prepare, run calibration samples, convert. <see cref="Quantizer"/>
/// takes the same steps in one call.
/// </summary>
/// <remarks>docs/pytorch.md walks through them. The steps are those of torch.ao.quantization in its eager mode (1.13).</remarks>
public static class StaticQuantization
{
    /// <summary>Folds each normalization into the layer before it, in place, and removes what does nothing; the model computes what it
    /// did.</summary>
    /// <returns>The same model.</returns>
    /// <remarks>Activations stay nodes of their own; that no quantizer stands between a layer and its activation is a matter of the target,
    /// and of <see cref="Prepare"/>.</remarks>
    public static Model Fuse(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        PassPipeline.Prepare.Apply(model.Graph);
        return model;
    }

    /// <summary>Puts an observer at every value that is to become integers.</summary>
    /// <param name="model">A fused model.</param>
    /// <param name="recipe">Says which values become which integers, and how their ranges are chosen: the qconfig.</param>
    /// <exception cref="PlanException">Nothing of the model would become integers, or the recipe names what the model lacks.</exception>
    public static ObservedModel Prepare(Model model, Recipe recipe)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(recipe);
        return new(model, recipe);
    }

    /// <summary>Chooses scales and zero points from what the observers saw, and makes the integer model of them.</summary>
    public static QuantizationResult Convert(ObservedModel observed)
    {
        ArgumentNullException.ThrowIfNull(observed);
        return observed.Convert();
    }
}
