namespace Octet.Tensors;

/// <summary>What is known of a tensor before it is computed.</summary>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents; <see cref="Shape.Unknown"/> where they depend on values that are not known yet.</param>
/// <param name="Value">The elements, where they are known already: constants, and small tensors computed from shapes.</param>
public sealed record TensorInfo(DataType Type, Shape Shape, Tensor? Value = null)
{
    /// <summary>What is known of a tensor that is there: all.</summary>
    public static TensorInfo Of(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return new(tensor.Type, tensor.Shape, tensor);
    }

    /// <summary><c>float32 [1, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"{Type.DisplayName} {Shape}";
}
