using System.CommandLine;
using Octet.Data;
using Octet.Data.Images;

namespace Octet.Cli;

/// <summary>How pictures become the model's input. A model keeps what it was given, so later commands need none of these.</summary>
sealed class PreprocessingOptions() : OptionGroup("Preprocessing of pictures (kept in the model; each option replaces what the model keeps)")
{
    readonly Option<ImageResize> _resize = OptionKinds.Parsed<ImageResize>("--resize", "n|HxW", "Resize: 256 brings the short side to 256 pixels, 224x192 both (height first).");

    readonly Option<Resampling> _resample = OptionKinds.Choice(
        "--resample", "How to resize: as Pillow and torchvision do (the default), or as OpenCV does.", ("pil", Resampling.Pillow), ("opencv", Resampling.OpenCv));

    readonly Option<ImageSize> _crop = OptionKinds.Parsed<ImageSize>("--crop", "n|HxW", "Keep the middle, after resizing.");

    readonly Option<Letterbox> _letterbox = OptionKinds.Choice(
        "--letterbox", "Fit the whole picture into the size of --resize and fill the rest.", ("center", Letterbox.Center), ("top-left", Letterbox.TopLeft));

    readonly Option<int> _padValue = OptionKinds.Count("--pad-value", "What to fill with: 114 for a letterbox if left out, else 0.", least: 0, most: 255);

    readonly Option<float[]> _mean = OptionKinds.Numbers("--mean", "a,b,c", "Subtracted from each channel, in 0..255; one number holds for all. 0 if left out.");

    readonly Option<float[]> _scale = OptionKinds.Numbers(
        "--scale", "a,b,c", "Multiplied with what is left, x = (pixel - mean) * scale: 1/255 divided by the standard deviation. 1 if left out.");

    readonly Option<PixelFormat> _pixelFormat = OptionKinds.Choice(
        "--pixel-format", "The channels that the model takes; rgb if left out.", ("rgb", PixelFormat.Rgb), ("bgr", PixelFormat.Bgr), ("gray", PixelFormat.Gray));

    readonly Option<TensorLayout> _layout = OptionKinds.Choice(
        "--layout", "The order of dimensions that the model takes; nchw if left out.", ("nchw", TensorLayout.Nchw), ("nhwc", TensorLayout.Nhwc));

    public override IReadOnlyList<Option> Options => [_resize, _resample, _crop, _letterbox, _padValue, _mean, _scale, _pixelFormat, _layout];

    /// <summary>What the options say, and for the rest what the model keeps.</summary>
    /// <param name="run">The command with its options.</param>
    /// <param name="kept">What the model keeps; null if nothing.</param>
    /// <returns>Null if neither says anything: the model takes arrays, or pictures as they are.</returns>
    /// <exception cref="PreprocessingException">The steps contradict themselves.</exception>
    public ImagePreprocessing? Read(CommandRun run, ImagePreprocessing? kept)
    {
        if (!Options.Any(run.Has)) return kept;

        var steps = kept ?? new();
        if (run.Has(_resize)) steps = steps with { Resize = run.Get(_resize) };
        if (run.Has(_resample)) steps = steps with { Resampling = run.Get(_resample) };
        if (run.Has(_crop)) steps = steps with { Crop = run.Get(_crop) };
        if (run.Has(_letterbox)) steps = steps with { Letterbox = run.Get(_letterbox) };
        if (run.Has(_padValue)) steps = steps with { PadValue = run.Get(_padValue) };
        if (run.Has(_mean)) steps = steps with { Mean = run.Require(_mean) };
        if (run.Has(_scale)) steps = steps with { Scale = run.Require(_scale) };
        if (run.Has(_pixelFormat)) steps = steps with { PixelFormat = run.Get(_pixelFormat) };
        if (run.Has(_layout)) steps = steps with { Layout = run.Get(_layout) };
        steps.Validate();
        return steps;
    }
}
