using Octet.Data;
using Octet.Tensors;

namespace Octet.Evaluation.Masks;

/// <summary>The class that a model gave to each pixel.</summary>
sealed class ClassMap
{
    /// <summary>A map of integers does not say how many classes there are; no data set has more than this, and 255 does not
    /// count.</summary>
    const int MaxClasses = 255;

    readonly int[] _classes;

    ClassMap(ImageSize size, int classes, int[] map) => (Size, Classes, _classes) = (size, classes, map);

    public ImageSize Size { get; }

    /// <summary>How many classes the model tells apart.</summary>
    public int Classes { get; }

    public int this[int y, int x] => _classes[y * Size.Width + x];

    /// <param name="output">Scores [1, C, H, W] or [1, H, W, C], or classes [1, H, W].</param>
    /// <param name="input">The model's input: which axes of the scores are height and width is told by its proportions where it is not told
    /// by their number.</param>
    /// <exception cref="SampleException">The output is of another kind.</exception>
    public static ClassMap Of(Tensor output, ImageSize input)
    {
        var shape = output.Shape;
        if (output.Type is DataType.Int64 or DataType.Int32 && (shape.Rank == 3 || shape is { Rank: 4 } && shape[1] == 1) && shape[0] == 1)
            return OfClasses(output, new(shape[^2], shape[^1]));
        if (output.Type != DataType.Float32 || shape.Rank != 4 || shape[0] != 1 || shape.Length == 0)
        {
            throw new SampleException($"The model's first output is {output}; mIoU is for scores [1, classes, height, width] or [1, "
                + "height, width, classes], or classes [1, height, width].");
        }
        return IsChannelsLast(shape, input)
            ? OfScores(output, new(shape[1], shape[2]), shape[3], pixel: shape[3], channel: 1)
            : OfScores(output, new(shape[2], shape[3]), shape[1], pixel: 1, channel: shape[2] * shape[3]);
    }

    /// <summary>Whether the axes 1 and 2 have the proportions of the input, and 2 and 3 have not.</summary>
    static bool IsChannelsLast(Shape shape, ImageSize input)
    {
        double Misfit(int height, int width) => Math.Abs(Math.Log((double)height / width * input.Width / input.Height));
        return Misfit(shape[1], shape[2]) < Misfit(shape[2], shape[3]);
    }

    static ClassMap OfClasses(Tensor output, ImageSize size)
    {
        var map = new int[output.Length];
        for (var i = 0; i < map.Length; i++)
        {
            var given = output.Type == DataType.Int64 ? output.Longs[i] : output.AsSpan<int>()[i];
            map[i] = given is >= 0 and < MaxClasses
                ? (int)given
                : throw new SampleException($"The model's first output gives a pixel the class {given}; classes are 0 "
                    + $"to {MaxClasses - 1}.");
        }
        return new(size, MaxClasses, map);
    }

    /// <summary>The class with the highest score; of equal scores the lower one.</summary>
    static ClassMap OfScores(Tensor output, ImageSize size, int classes, int pixel, int channel)
    {
        if (classes > MaxClasses)
            throw new SampleException($"The model's first output, {output}, has scores of {classes} classes; labels, which are PNG files, "
                + $"tell {MaxClasses} apart.");
        var scores = output.Floats;
        var map = new int[size.Height * size.Width];
        var best = new float[map.Length];
        Array.Fill(best, float.NegativeInfinity);
        // Class by class, so that scores are read in their order where they lie in planes.
        for (var c = 0; c < classes; c++)
        {
            for (var i = 0; i < map.Length; i++)
            {
                var score = scores[i * pixel + c * channel];
                if (score > best[i]) (best[i], map[i]) = (score, c);
            }
        }
        return new(size, classes, map);
    }
}
