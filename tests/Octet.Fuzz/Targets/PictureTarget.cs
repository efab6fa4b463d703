using Octet.Data;
using Octet.Data.Images;
using Octet.Fuzz.Mutation;
using Octet.Fuzz.Seeds;
using Octet.Tensors;

namespace Octet.Fuzz.Targets;

/// <summary>JPEG, WebP, BMP and GIF: cut into the pieces of their format, which are changed, moved, doubled and renamed.</summary>
/// <param name="name">The kind.</param>
/// <param name="seed">Makes a sound picture.</param>
/// <param name="cut">Gives the pieces of a sound picture; joined they are the picture.</param>
/// <param name="sign">Sets what says how long the whole is, so that more than that is looked at; null for none.</param>
sealed class PictureTarget(string name, Func<Random, byte[]> seed, Func<byte[], List<byte[]>> cut, Action<byte[]>? sign = null)
    : IFuzzTarget
{
    public static PictureTarget Jpeg { get; } = new("jpeg", PictureSeeds.Jpeg, PictureCuts.Jpeg);

    public static PictureTarget Webp { get; } = new("webp", PictureSeeds.Webp, PictureCuts.Webp, PictureCuts.SetWebpLength);

    public static PictureTarget Bmp { get; } = new("bmp", PictureSeeds.Bmp, file => [file[..14], file[14..54], file[54..]]);

    public static PictureTarget Gif { get; } = new("gif", PictureSeeds.Gif, PictureCuts.Gif);

    public string Name => name;

    public string Ending => $".{name}";

    public byte[] Seed(Random random) => seed(random);

    public byte[] Mutate(byte[] original, Random random)
    {
        if (random.Next(4) == 0) return ByteMutator.Mutate(original, random);
        var pieces = cut(original);
        for (var changes = random.Next(1, 4); changes > 0; changes--) Change(pieces, random);
        var file = pieces.SelectMany(piece => piece).ToArray();
        if (random.Next(4) > 0) sign?.Invoke(file);
        return file;
    }

    public bool Consume(byte[] file, Random random) => Decode(file, $"fuzz{Ending}");

    /// <summary>Decodes a picture as the command line does.</summary>
    public static bool Decode(byte[] file, string name)
    {
        try
        {
            var image = ImageDecoder.Decode(file, name);
            if ((long)image.Width * image.Height < 1 << 20) new ImagePreprocessing().Apply(image, DataType.Float32);
            return true;
        }
        catch (OctetException refusal) when (refusal.Message.Length > 0)
        {
            return false;
        }
    }

    static void Change(List<byte[]> pieces, Random random)
    {
        var (one, other) = (random.Next(pieces.Count), random.Next(pieces.Count));
        switch (random.Next(6))
        {
            case 0: pieces.Insert(other, pieces[one]); break;
            case 1 when pieces.Count > 2: pieces.RemoveAt(one); break;
            case 2: (pieces[one], pieces[other]) = (pieces[other], pieces[one]); break;
            // The first bytes of a piece say what it is and how long.
            case 3 when pieces[one].Length > 8:
                pieces[one] = [.. ByteMutator.Mutate(pieces[one][..8], random), .. pieces[one][8..]];
                break;
            default: pieces[one] = ByteMutator.Mutate(pieces[one], random); break;
        }
    }
}
