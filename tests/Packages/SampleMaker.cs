using Octet.Tensors;

namespace Octet.TestSupport;

/// <summary>Makes inputs of the kinds that networks are made for.</summary>
/// <param name="random">Its seed decides all.</param>
sealed class SampleMaker(Random random)
{
    /// <summary>A picture of a few soft stripes and some noise.</summary>
    /// <param name="low">The darkest value.</param>
    /// <param name="high">The brightest value.</param>
    /// <param name="extents">Batch, channels, height, width.</param>
    public Tensor Picture(float low, float high, params int[] extents)
    {
        var tensor = new Tensor(DataType.Float32, new(extents));
        var (height, width) = (extents[^2], extents[^1]);
        for (var plane = 0; plane < tensor.Length / (height * width); plane++)
        {
            var (down, across, phase) = (random.NextDouble() * 20, random.NextDouble() * 20, random.NextDouble() * Math.Tau);
            var pixels = tensor.Floats.Slice(plane * height * width, height * width);
            for (var i = 0; i < pixels.Length; i++)
            {
                var (y, x) = Math.DivRem(i, width);
                var wave = 0.5 + 0.4 * Math.Sin(phase + down * y / height + across * x / width);
                pixels[i] = (float)(low + (high - low) * (wave + 0.1 * (random.NextDouble() * 2 - 1)));
            }
        }
        return tensor;
    }

    /// <summary>A bright page with lines of dark strokes, as those of letters.</summary>
    /// <param name="low">The ink.</param>
    /// <param name="high">The paper, nearly.</param>
    /// <param name="extents">Batch, channels, height, width; all channels are alike.</param>
    public Tensor Page(float low, float high, params int[] extents)
    {
        const int Line = 48, Ascent = 12, Descent = 36, Letter = 16;
        var tensor = new Tensor(DataType.Float32, new(extents));
        var (height, width) = (extents[2], extents[3]);
        foreach (ref var value in tensor.Floats) value = high - (high - low) * 0.1f * random.NextSingle();
        for (var picture = 0; picture < extents[0]; picture++)
        {
            for (var (line, letter) = (0, 4); line + Line <= height; letter += Letter)
            {
                if (letter + Letter > width) (line, letter) = (line + Line, 4 - Letter);
                else for (var stroke = 0; stroke < 3; stroke++)
                    Draw(picture, line + random.Next(Ascent, Descent), letter + random.Next(Letter - 5), isUpright: random.Next(2) == 0);
            }
        }
        return tensor;

        void Draw(int picture, int top, int left, bool isUpright)
        {
            var (tall, wide) = isUpright ? (Descent - Ascent, 3) : (3, Letter - 5);
            for (var y = top; y < Math.Min(height, top + tall); y++)
            {
                for (var channel = 0; channel < extents[1]; channel++)
                {
                    var row = ((picture * extents[1] + channel) * height + y) * width;
                    tensor.Floats[(row + left)..(row + Math.Min(width, left + wide))].Fill(low);
                }
            }
        }
    }

    /// <summary>A sound: a few tones and some noise.</summary>
    /// <param name="amplitude">The loudest value, nearly.</param>
    /// <param name="extents">The last is time, at 16,000 a second.</param>
    public Tensor Sound(float amplitude, params int[] extents)
    {
        var tensor = new Tensor(DataType.Float32, new(extents));
        var tones = Enumerable.Range(0, 4).Select(_ => (Hertz: 100 + random.NextDouble() * 2000, Phase: random.NextDouble() * Math.Tau))
            .ToArray();
        for (var i = 0; i < tensor.Length; i++)
        {
            var sum = tones.Sum(tone => Math.Sin(tone.Phase + Math.Tau * tone.Hertz * i / 16000)) / tones.Length;
            tensor.Floats[i] = (float)(amplitude * (0.9 * sum + 0.1 * (random.NextDouble() * 2 - 1)));
        }
        return tensor;
    }

    /// <summary>Numbers without any order, such as features that another network gave.</summary>
    public Tensor Noise(float low, float high, params int[] extents)
    {
        var tensor = new Tensor(DataType.Float32, new(extents));
        foreach (ref var value in tensor.Floats) value = low + (high - low) * random.NextSingle();
        return tensor;
    }

    /// <summary>Numbers of words of a sentence.</summary>
    /// <param name="low">The least number.</param>
    /// <param name="high">One more than the greatest.</param>
    /// <param name="extents">Batch and length.</param>
    public Tensor Words(int low, int high, params int[] extents)
    {
        var tensor = new Tensor(DataType.Int64, new(extents));
        foreach (ref var value in tensor.Longs) value = random.Next(low, high);
        return tensor;
    }

    /// <summary>One number for all elements.</summary>
    public static Tensor Same<T>(DataType type, T number, params int[] extents) where T : unmanaged
    {
        var tensor = new Tensor(type, new(extents));
        tensor.AsSpan<T>().Fill(number);
        return tensor;
    }

    /// <summary>Ones for a sentence, zeros for what fills its line up.</summary>
    /// <param name="words">How long the sentence is.</param>
    /// <param name="extents">Batch and length.</param>
    public static Tensor Mask(int words, params int[] extents)
    {
        var tensor = new Tensor(DataType.Int64, new(extents));
        for (var i = 0; i < tensor.Length; i++) tensor.Longs[i] = i % extents[^1] < words ? 1 : 0;
        return tensor;
    }
}
