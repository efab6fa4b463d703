namespace Octet.Data;

/// <summary>What a file of samples holds, by its extension.</summary>
enum SampleFileKind
{
    Other,
    Picture,
    Array,
    Archive,
}

static class SampleFileKinds
{
    public const string Known = ".png, .jpg, .jpeg, .webp, .bmp, .gif, .npy, .npz";

    public static SampleFileKind Of(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".PNG" or ".JPG" or ".JPEG" or ".WEBP" or ".BMP" or ".GIF" => SampleFileKind.Picture,
        ".NPY" => SampleFileKind.Array,
        ".NPZ" => SampleFileKind.Archive,
        _ => SampleFileKind.Other,
    };
}
