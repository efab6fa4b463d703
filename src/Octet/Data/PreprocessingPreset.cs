using Octet.Data.Images;

namespace Octet.Data;

/// <summary>The preprocessing that a family of models is trained with, by name: <c>imagenet</c>.</summary>
/// <remarks>Sources: torchvision's reference transforms; Keras' imagenet_utils (mode "tf"); the data transforms of YOLOX and
/// YOLOv5.</remarks>
public sealed class PreprocessingPreset
{
    readonly Func<ImageSize, ImagePreprocessing> _steps;
    readonly ImageSize _usualSize;

    PreprocessingPreset(string name, string description, int usualSide, Func<ImageSize, ImagePreprocessing> steps) =>
        (Name, Description, _usualSize, _steps) = (name, description, new(usualSide, usualSide), steps);

    /// <summary>What people write to choose it.</summary>
    public string Name { get; }

    /// <summary>What it does to a picture, in a few words.</summary>
    public string Description { get; }

    /// <summary>All there are.</summary>
    public static IReadOnlyList<PreprocessingPreset> All { get; } =
    [
        new("imagenet", "short side resized and the middle cut (256 and 224), mean and deviation of ImageNet, as torchvision", 224,
            size => Cut(size) with
            {
                Mean = [123.675f, 116.28f, 103.53f],
                Scale = [1 / 58.395f, 1 / 57.12f, 1 / 57.375f],
            }),
        new("imagenet-tf", "cut likewise, pixels brought to -1..1, as Keras and TensorFlow", 224,
            size => Cut(size) with { Mean = [127.5f], Scale = [1 / 127.5f] }),
        new("yolox", "letterbox at the top left, BGR, pixels as they are", 416, size => new()
        {
            Resize = ImageResize.To(size.Height, size.Width),
            Resampling = Resampling.OpenCv,
            Letterbox = Letterbox.TopLeft,
            PixelFormat = PixelFormat.Bgr,
        }),
        new("yolov5", "letterbox in the middle, RGB, pixels brought to 0..1", 640, size => new()
        {
            Resize = ImageResize.To(size.Height, size.Width),
            Resampling = Resampling.OpenCv,
            Letterbox = Letterbox.Center,
            Scale = [1 / 255f],
        }),
        new("raw", "nothing: RGB, pixels of 0..255 as they are", 0, _ => new()),
    ];

    /// <summary>The preset of that name; null where there is none.</summary>
    /// <param name="name">As in <see cref="All"/>.</param>
    public static PreprocessingPreset? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(preset => preset.Name == name);
    }

    /// <summary>Its steps for a model.</summary>
    /// <param name="input">Gives the size of pictures where its height and width are fixed; null takes the usual size.</param>
    public ImagePreprocessing Of(ModelInput? input = null) => _steps(input?.PictureSize ?? _usualSize);

    /// <summary><c>imagenet: short side …</c>.</summary>
    public override string ToString() => $"{Name}: {Description}";

    /// <summary>The short side is 256 where 224 are kept, and in that proportion for other sizes.</summary>
    static ImagePreprocessing Cut(ImageSize size) =>
        new() { Resize = ImageResize.ShortSideTo((Math.Max(size.Height, size.Width) * 256 + 112) / 224), Crop = size };
}
