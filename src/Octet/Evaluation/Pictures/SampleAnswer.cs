using System.Globalization;
using Octet.Data;
using Octet.Data.Images;
using Octet.Tensors;

namespace Octet.Evaluation;

/// <summary>What a model says of one sample, as far as the shapes of its outputs tell: lines for people, and a drawing for boxes and
/// masks.</summary>
public sealed class SampleAnswer
{
    readonly ModelAnswer _answer;
    readonly ImagePlacement? _placement;

    SampleAnswer(ModelAnswer answer, ImagePlacement? placement) => (_answer, _placement) = (answer, placement);

    /// <param name="outputs">What the model gave, in its order; the first decides, with those behind it for a detector.</param>
    /// <param name="placement">Where the picture lies in the model's input; null where the sample is no picture.</param>
    public static SampleAnswer Of(IReadOnlyList<Tensor> outputs, ImagePlacement? placement = null)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return new(ModelAnswer.Of(outputs, placement?.Size), placement);
    }

    /// <summary>For a classifier the five classes with the highest scores, one a line; one line for other networks.</summary>
    public IReadOnlyList<string> Lines => _answer.Top.Count > 0
        ? [.. _answer.Top.Select(entry => string.Create(CultureInfo.InvariantCulture,
            $"class {entry.Class,-5} {100 * entry.Probability,6:F2} %  score {entry.Score:G4}"))]
        : [_answer.Text];

    /// <summary>The classes with the highest scores, the highest first; empty for networks of other kinds.</summary>
    public IReadOnlyList<int> TopClasses => [.. _answer.Top.Select(entry => entry.Class)];

    /// <summary>Whether there are boxes or masks that could be drawn.</summary>
    public bool CanDraw => _placement is not null && _answer.Kind is AnswerKind.Boxes or AnswerKind.Pixels;

    /// <summary>Draws boxes, each with its class and its score in percent, or colours pixels by their class, over a picture.</summary>
    /// <param name="picture">The one that the sample was made from, as it was decoded; it is not changed.</param>
    /// <returns>A PNG file.</returns>
    /// <exception cref="SampleException">There is nothing to draw.</exception>
    public byte[] DrawOver(Image picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (!CanDraw)
        {
            throw new SampleException($"There is nothing to draw: the model answers '{_answer.Text}'. "
                + "Boxes and masks can be drawn, over a picture.");
        }
        var canvas = new AnswerCanvas(picture);
        if (_answer.Kind == AnswerKind.Pixels) canvas.Colour(ClassAt);
        foreach (var found in _answer.Boxes.Reverse())
        {
            var (left, top) = (_placement!.ToSourceX(found.Box.Left), _placement.ToSourceY(found.Box.Top));
            var (right, bottom) = (_placement.ToSourceX(found.Box.Right), _placement.ToSourceY(found.Box.Bottom));
            canvas.Outline((int)left, (int)top, (int)right, (int)bottom, found.Class,
                string.Create(CultureInfo.InvariantCulture, $"{found.Class} {100 * found.Score:F0}%"));
        }
        return canvas.ToPng();
    }

    /// <summary>The class of a pixel of the picture; 0, which is not coloured, where the model did not see it.</summary>
    int ClassAt(int x, int y)
    {
        var (place, size) = (_placement!, _answer.PixelsSize);
        var column = (int)Math.Floor((place.Left + (x + 0.5) * place.ScaleX) * size.Width / place.Size.Width);
        var row = (int)Math.Floor((place.Top + (y + 0.5) * place.ScaleY) * size.Height / place.Size.Height);
        return column >= 0 && column < size.Width && row >= 0 && row < size.Height ? _answer.Pixels[row * size.Width + column] : 0;
    }
}
