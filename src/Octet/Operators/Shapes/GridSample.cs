using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>GridSample</c>, since opset 16: samples images [N, C, (D,) H, W] at the points of a grid [N, (D',) H', W', axes], whose
/// innermost dimension is
/// (x, y(, z)) in −1..1 across the image; the result is [N, C, (D',) H', W'].
/// </summary>
sealed record GridSample : Operator
{
    internal GridSampling Sampling { get; }

    GridSample(GridSampling sampling) => Sampling = sampling;

    public static GridSample From(Attributes attributes) => new(new GridSampling(
        attributes.String("mode", fallback: "linear") switch
        {
            "linear" or "bilinear" => Interpolation.Linear,
            "nearest" => Interpolation.Nearest,
            "cubic" or "bicubic" => Interpolation.Cubic,
            var other => throw AttributeException.BadValue("mode", other, "linear, nearest, cubic"),
        },
        attributes.String("padding_mode", fallback: "zeros") switch
        {
            "zeros" => SamplePadding.Zeros,
            "border" => SamplePadding.Border,
            "reflection" => SamplePadding.Reflection,
            var other => throw AttributeException.BadValue("padding_mode", other, "zeros, border, reflection"),
        },
        attributes.Flag("align_corners")));

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (images, grid) = (inputs[0].Shape, inputs[1].Shape);
        if (images.Rank is < 3 or > 6 || grid.Rank != images.Rank || grid[0] != images[0] || grid[^1] != images.Rank - 2)
        {
            throw new ShapeException($"images {images} and grid {grid} do not match: [N, C, H, W] goes with [N, H', W', 2], [N, C, D, H, "
                + "W] with [N, D', H', W', 3]");
        }
        if (images.Length == 0 && grid.Length > 0) throw new ShapeException($"images {images} have nothing to sample");
        return [new(inputs[0].Type, [images[0], images[1], .. grid[1..^1]])];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (images, grid, result) = (inputs[0], inputs[1], outputs[0]);
        if (result.Length == 0) return;

        if (images.Type == DataType.Float32 && grid.Type == DataType.Float32) Sample<float>(images, grid, result);
        else
        {
            var (wideImages, wideGrid, wideResult) = (Widened(images), Widened(grid), new Tensor(DataType.Float64, result.Shape));
            Sample<double>(wideImages, wideGrid, wideResult);
            TypeConversion.Convert(wideResult, result);
        }
    }

    void Sample<T>(Tensor images, Tensor grid, Tensor result) where T : unmanaged, System.Numerics.INumber<T>
    {
        var batches = images.Shape[0];
        var (imageLength, gridLength, resultLength) = (images.Length / batches, grid.Length / batches, result.Length / batches);
        for (var batch = 0; batch < batches; batch++)
        {
            Sampling.Run(
                images.AsSpan<T>().Slice(batch * imageLength, imageLength), images.Shape[2..],
                grid.AsSpan<T>().Slice(batch * gridLength, gridLength), result.AsSpan<T>().Slice(batch * resultLength, resultLength));
        }
    }

    static Tensor Widened(Tensor tensor)
    {
        var wide = new Tensor(DataType.Float64, tensor.Shape);
        TypeConversion.Convert(tensor, wide);
        return wide;
    }
}
