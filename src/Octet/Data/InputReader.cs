using System.Numerics;
using Octet.Data.Arrays;
using Octet.Data.Images;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Data;

/// <summary>Makes the tensor for one input of a model from a picture or an array, and checks that it fits.</summary>
/// <param name="input">What the model wants.</param>
/// <param name="preprocessing">Fitted to the input; null where no pictures are to be read.</param>
sealed class InputReader(ModelInput input, ImagePreprocessing? preprocessing)
{
    public ModelInput Input => input;

    /// <param name="path">A picture or an array.</param>
    /// <param name="sample">Its name.</param>
    /// <param name="pool">Where tensors for pictures come from.</param>
    /// <exception cref="OctetException">The file cannot be read, or does not hold what the model wants.</exception>
    public (Tensor Tensor, ImageSize? PictureSize) Read(string path, string sample, TensorPool pool)
    {
        if (SampleFileKinds.Of(path) != SampleFileKind.Picture) return (Fit(NpyFile.Read(path), sample), null);
        var image = ImageDecoder.Decode(path, preprocessing!.IgnoreOrientation);
        try
        {
            var tensor = Preprocess(image, sample, pool);
            if (ShapeFor(tensor.Shape) is null) throw WrongPicture(sample, tensor);
            return (Fit(tensor, sample), new(image.Height, image.Width));
        }
        finally
        {
            image.Release();
        }
    }

    /// <summary>Brings an array to the shape and type of the input: a missing batch dimension is added, another width of the same kind of
    /// number is converted.</summary>
    /// <exception cref="SampleException">It has another shape or type; the message says both.</exception>
    public Tensor Fit(Tensor array, string sample)
    {
        var shape = ShapeFor(array.Shape) ?? throw WrongShape(sample, array.ToString());
        return Convert(array, sample).Reshape(shape);
    }

    /// <summary>The shape, with a batch dimension if it lacks one, or null if it is not what the model wants.</summary>
    public Shape? ShapeFor(Shape shape)
    {
        if (input.Shape is null || input.Shape.Admits(shape)) return shape;
        Shape single = [1, .. shape.Dimensions];
        return input.Shape.Admits(single) ? single : null;
    }

    /// <param name="sample">Its name.</param>
    /// <param name="found">Type and shape, for people.</param>
    public SampleException WrongShape(string sample, string found) =>
        new($"Sample '{sample}' does not fit the model: input '{input.Name}' takes "
            + $"{input.Type.DisplayName} {input.Shape?.ToString() ?? "[...]"}, but it gives {found}.");

    /// <summary>A picture whose size is another than that of the input: resizing mends it.</summary>
    SampleException WrongPicture(string sample, Tensor tensor) =>
        new(WrongShape(sample, tensor.ToString()).Message, new PreprocessingException("The picture has another size.")
        {
            NeededSize = input.PictureSize,
        })
        { Change = WhatToChange.Preprocessing };

    Tensor Preprocess(Image image, string sample, TensorPool pool)
    {
        try
        {
            return preprocessing!.Apply(image, input.Type, pool);
        }
        catch (PreprocessingException problem)
        {
            throw new SampleException($"Sample '{sample}': {problem.Message}", problem);
        }
    }

    Tensor Convert(Tensor array, string sample)
    {
        try
        {
            return (array.Type, input.Type) switch
            {
                var (from, to) when from == to => array,
                (DataType.Float64, DataType.Float32) => Convert<double, float>(array), // numpy's usual type
                (DataType.Float16, DataType.Float32) => Convert<Half, float>(array),
                (DataType.Float64, DataType.Float16) => Convert<double, Half>(array),
                (DataType.Float32, DataType.Float16) => Convert<float, Half>(array),
                (DataType.Float32, DataType.Float64) => Convert<float, double>(array),
                (DataType.Int64, DataType.Int32) => Convert<long, int>(array),
                (DataType.Int32, DataType.Int64) => Convert<int, long>(array),
                _ => throw WrongShape(sample, array.ToString()),
            };
        }
        catch (OverflowException problem)
        {
            throw new SampleException($"Sample '{sample}' has values too large for {input.Type.DisplayName}, which input "
                + $"'{input.Name}' takes.", problem);
        }
    }

    static Tensor Convert<TFrom, TTo>(Tensor array) where TFrom : unmanaged, INumberBase<TFrom> where TTo : unmanaged, INumberBase<TTo>
    {
        var result = new Tensor(DataTypeFacts.Of<TTo>(), array.Shape);
        TensorPrimitives.ConvertChecked<TFrom, TTo>(array.AsSpan<TFrom>(), result.AsSpan<TTo>());
        return result;
    }
}
