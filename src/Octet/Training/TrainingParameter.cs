using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>What a parameter does in the network: optimizers treat scales of quantizers apart.</summary>
public enum ParameterRole
{
    /// <summary>Multiplies or is added to values: weights, biases, and the factors and offsets of normalizations.</summary>
    Weight,

    /// <summary>The scale, threshold or offset of a quantizer.</summary>
    Quantizer,
}

/// <summary>A tensor that training changes, with its gradient.</summary>
public sealed class TrainingParameter
{
    internal TrainingParameter(string name, Tensor elements, ParameterRole role)
    {
        (Name, Elements, Role) = (name, elements, role);
        Gradient = new Tensor(elements.Type, elements.Shape);
    }

    /// <summary>The name of the constant in the model.</summary>
    public string Name { get; }

    /// <summary>Whether it is a weight or belongs to a quantizer.</summary>
    public ParameterRole Role { get; }

    /// <summary>The present elements; a step reads them, an optimizer changes them in place.</summary>
    public Tensor Elements { get; }

    /// <summary>The gradient of the last step.</summary>
    public Tensor Gradient { get; }

    /// <summary>What an optimizer takes for 1, for each element; null where that is 1.</summary>
    internal float[]? Units { get; init; }

    /// <summary>The present grid of a weight that a quantizer rounds; null for others.</summary>
    internal Func<QuantizationParameters>? Grid { get; init; }

    /// <summary>Between what its elements stay, one range for each; null without bounds. Scales stay above zero.</summary>
    internal (float[] Lows, float[] Highs)? Bounds { get; init; }

    /// <summary>Name, type and shape.</summary>
    public override string ToString() => $"{Name}: {Elements}";
}

/// <summary>A tensor that a step itself brings up to date, without a gradient: running statistics of normalizations and ranges.</summary>
sealed record TrainingState(string Name, Tensor Elements);
