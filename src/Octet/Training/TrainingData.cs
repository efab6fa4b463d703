using Octet.Data;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>Samples to train with.</summary>
/// <param name="Samples">What goes into the network.</param>
public sealed record TrainingData(ISampleSource Samples)
{
    /// <summary>The right class of each sample, for a <see cref="ClassLoss"/> on scores [N, C]; null without labels.</summary>
    public IReadOnlyList<int>? Classes { get; init; }

    /// <summary>The right class of each place of a sample, [height, width] as int64, for a <see cref="ClassLoss"/> on masks; null
    /// without.</summary>
    public Func<int, Tensor>? Masks { get; init; }

    /// <summary>How samples are changed at random each time that they are seen; null for not at all. Only without masks.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Some of the samples, with their labels.</summary>
    internal TrainingData Pick(IReadOnlyList<int> places) => this with
    {
        Samples = new PickedSamples(Samples, places),
        Classes = Classes is null ? null : [.. places.Select(place => Classes[place])],
        Masks = Masks is null ? null : index => Masks(places[index]),
    };

    /// <summary>Finds the classes of samples in folders of classes: the folders that hold them, in the order of their names.</summary>
    /// <param name="samples">Samples of a folder that holds one folder for each class.</param>
    /// <exception cref="TrainingException">A sample does not lie in a folder of a class.</exception>
    public static TrainingData OfClassFolders(ISampleSource samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var folders = Enumerable.Range(0, samples.Count).Select(index => FolderOf(samples.NameOf(index))).ToArray();
        if (Array.IndexOf(folders, "") is var loose and >= 0)
            throw new TrainingException($"'{samples.NameOf(loose)}' does not lie in a folder of its class; give a folder with one folder "
                + "for each class, or labels.");
        var names = folders.Distinct().Order(StringComparer.Ordinal).ToList();
        return new(samples) { Classes = [.. folders.Select(folder => names.IndexOf(folder))] };
    }

    static string FolderOf(string name) => name.Replace('\\', '/').Split('/') is { Length: > 1 } parts ? parts[^2] : "";
}

/// <summary>Random changes of pictures that leave their class as it is. They act on the network's input, [1, channels, height,
/// width].</summary>
public sealed record Augmentation
{
    /// <summary>Moves a picture by up to so many pixels in each direction; zeros come in. 0 for none.</summary>
    public int Shift { get; init; }

    /// <summary>Turns every second picture around, left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>The least share of the area that a random part keeps, which then is stretched to the full size; 1 for the whole.</summary>
    public double MinArea { get; init; } = 1;

    /// <summary>How much contrast and brightness change: factors from 1 − jitter to 1 + jitter. 0 for none.</summary>
    public double Jitter { get; init; }

    /// <summary>Whether each sample becomes a mixture with another of its batch, in random shares; for a teacher alone, which says what is
    /// right for mixtures too. Many mixtures of few samples take the place of many samples. Beyer et al. 2021, arXiv:2106.05237.</summary>
    public bool Mixes { get; init; }

    /// <summary>Changes one sample.</summary>
    internal void Apply(Tensor picture, Random random)
    {
        if (picture.Shape is not { Rank: 4 } shape || picture.Type != DataType.Float32) return;
        var (height, width) = (shape[2], shape[3]);
        var (top, left, rows, columns) = (0.0, 0.0, (double)height, (double)width);
        if (MinArea < 1)
        {
            var area = MinArea + (1 - MinArea) * random.NextDouble();
            var ratio = Math.Exp((random.NextDouble() * 2 - 1) * Math.Log(4.0 / 3));
            (rows, columns) = (Math.Min(height, height * Math.Sqrt(area / ratio)), Math.Min(width, width * Math.Sqrt(area * ratio)));
            (top, left) = (random.NextDouble() * (height - rows), random.NextDouble() * (width - columns));
        }
        if (Shift > 0) (top, left) = (top + random.Next(-Shift, Shift + 1), left + random.Next(-Shift, Shift + 1));
        var isFlipped = Flip && random.Next(2) == 1;
        var (contrast, brightness) = (1 + Jitter * (random.NextDouble() * 2 - 1), Jitter * (random.NextDouble() * 2 - 1));
        if (top == 0 && left == 0 && rows == height && columns == width && !isFlipped && Jitter == 0) return;

        var source = picture.Floats.ToArray();
        for (var plane = 0; plane < shape[0] * shape[1]; plane++)
        {
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    var column = isFlipped ? width - 1 - x : x;
                    var value = At(source.AsSpan(plane * height * width, height * width), top + (y + 0.5) * rows / height - 0.5,
                        left + (column + 0.5) * columns / width - 0.5, height, width);
                    picture.Floats[(plane * height + y) * width + x] = (float)(value * contrast + brightness);
                }
            }
        }
    }

    /// <summary>Bilinear; zero beyond the picture.</summary>
    static double At(ReadOnlySpan<float> plane, double y, double x, int height, int width)
    {
        var (row, column) = ((int)Math.Floor(y), (int)Math.Floor(x));
        var (down, right) = (y - row, x - column);
        return (1 - down)
            * ((1 - right) * Element(plane, row, column, height, width) + right * Element(plane, row, column + 1, height, width))
            + down * ((1 - right) * Element(plane, row + 1, column, height, width)
                + right * Element(plane, row + 1, column + 1, height, width));
    }

    static double Element(ReadOnlySpan<float> plane, int row, int column, int height, int width) =>
        (uint)row < (uint)height && (uint)column < (uint)width ? plane[row * width + column] : 0;
}
