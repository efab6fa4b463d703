using System.CommandLine;
using Octet.Data;
using Octet.Data.Images;

namespace Octet.Cli;

/// <summary>How pictures become the model's input. A model keeps what it was given, so later commands need none of these.</summary>
sealed class PreprocessingOptions()
    : OptionGroup("Preprocessing of pictures (kept in the model; what is given here replaces all that the model keeps)")
{
    readonly Option<ImageResize> _resize =
        OptionKinds.Parsed<ImageResize>("--resize", "n|HxW",
            "Resize: 256 brings the short side to 256 pixels, 224x192 both (height first).");

    readonly Option<Resampling> _resample = OptionKinds.Choice(
        "--resample", "How to resize: as Pillow and torchvision do (the default), or as OpenCV does.", ("pil", Resampling.Pillow),
        ("opencv", Resampling.OpenCv));

    readonly Option<ImageSize> _crop = OptionKinds.Parsed<ImageSize>("--crop", "n|HxW", "Keep the middle, after resizing.");

    readonly Option<Letterbox> _letterbox = OptionKinds.Choice(
        "--letterbox",
        "Keep the picture's shape in the size of --resize: fit all of it and fill the rest, or (cover) fill the size and cut what stands "
        + "out.",
        ("center", Letterbox.Center), ("top-left", Letterbox.TopLeft), ("cover", Letterbox.Cover));

    readonly Option<int> _padValue =
        OptionKinds.Count("--pad-value", "What to fill with: 114 for a letterbox if left out, else 0.", min: 0, max: 255);

    readonly Option<float[]> _mean =
        OptionKinds.Numbers("--mean", "a,b,c", "Subtracted from each channel, in 0..255; one number holds for all. 0 if left out.");

    readonly Option<float[]> _scale = OptionKinds.Numbers(
        "--scale", "a,b,c",
        "Multiplied with what is left, x = (pixel - mean) * scale: 1/255 divided by the standard deviation. 1 if left out.");

    readonly Option<PixelFormat> _pixelFormat = OptionKinds.Choice(
        "--pixel-format", "The channels that the model takes; rgb if left out.", ("rgb", PixelFormat.Rgb), ("bgr", PixelFormat.Bgr),
        ("gray", PixelFormat.Gray));

    readonly Option<bool> _ignoreOrientation = OptionKinds.Flag("--ignore-orientation",
        "Take pictures as they are stored. Without it they are turned upright, as their EXIF orientation says.");

    public override IReadOnlyList<Option> Options =>
        [_resize, _resample, _crop, _letterbox, _padValue, _mean, _scale, _pixelFormat, _ignoreOrientation];

    /// <summary>What the options say; null if none was given, and what the model keeps holds.</summary>
    /// <exception cref="PreprocessingException">The steps contradict themselves.</exception>
    public ImagePreprocessing? Read(CommandRun run)
    {
        if (!Options.Any(run.Has)) return null;

        var steps = new ImagePreprocessing
        {
            Resize = run.Get(_resize),
            Resampling = run.Get(_resample),
            Crop = run.Has(_crop) ? run.Get(_crop) : null,
            Letterbox = run.Get(_letterbox),
            PadValue = run.Has(_padValue) ? run.Get(_padValue) : null,
            Mean = run.Has(_mean) ? run.Require(_mean) : [0f],
            Scale = run.Has(_scale) ? run.Require(_scale) : [1f],
            PixelFormat = run.Get(_pixelFormat),
            IgnoreOrientation = run.Get(_ignoreOrientation),
        };
        steps.Validate();
        return steps;
    }
}
