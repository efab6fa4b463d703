using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Upsample</c> and the first form of <c>Resize</c> (opset 10): inputs x and scales [rank] (an attribute before opset 9);
/// element (i, j, …) of the result lies at (i / scale, j / scale, …) of the input.
/// </summary>
sealed record Upsample(string Type, float[]? Scales) : Resizing
{
    public override string OpType => Type;

    /// <summary>Opset 9.</summary>
    public static Upsample From(Attributes attributes) =>
        new("Upsample", Scales: null) { Interpolation = Resize.InterpolationOf(attributes) };

    /// <summary>Resize of opset 10.</summary>
    public static Upsample FromResize(Attributes attributes) =>
        new("Resize", Scales: null) { Interpolation = Resize.InterpolationOf(attributes) };

    /// <summary>Opset 7.</summary>
    public static Upsample FromScalesAttribute(Attributes attributes) =>
        new("Upsample", attributes.FloatsOrNull("scales") ?? throw AttributeException.Missing("scales"))
        { Interpolation = Resize.InterpolationOf(attributes) };

    /// <summary>Opset 1, for images [batch, channels, height, width].</summary>
    public static Upsample FromImageScales(Attributes attributes) =>
        new("Upsample", [1, 1, attributes.Float("height_scale"), attributes.Float("width_scale")])
        { Interpolation = Resize.InterpolationOf(attributes) };

    private protected override ResampledAxis[] Axes(Shape shape, Tensor? second, Tensor? third, Tensor? fourth) =>
        Scaled(shape,
            Scales ?? (second is { Type: DataType.Float32 } scales
                ? scales.Floats : throw new OperatorException("the float32 input 'scales' is missing")));
}
