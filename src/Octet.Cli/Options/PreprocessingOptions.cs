using System.CommandLine;
using System.Globalization;
using Octet.Data;
using Octet.Data.Images;
using Octet.Onnx;

namespace Octet.Cli;

/// <summary>How pictures become the model's input. A model keeps what it was given, so later commands need none of these.</summary>
sealed class PreprocessingOptions()
    : OptionGroup("Preprocessing of pictures (kept in the model; what is given here replaces all that the model keeps)")
{
    readonly Option<PreprocessingPreset> _preset = OptionKinds.Choice(
        "--preprocess",
        "What a family of models is trained with; sizes are those of the model's input where it has a fixed one, and the options below "
        + $"change the rest. {string.Join("; ", PreprocessingPreset.All)}.",
        [.. PreprocessingPreset.All.Select(preset => (preset.Name, preset))]);

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
        "Multiplied with what is left, x = (pixel - mean) * scale; fractions such as 1/127.5 are read too. 1 if left out.");

    readonly Option<float[]> _std = OptionKinds.Numbers(
        "--std", "a,b,c", "The standard deviation of each channel, in 0..255, that what is left is divided by; instead of --scale.");

    readonly Option<PixelFormat> _pixelFormat = OptionKinds.Choice(
        "--pixel-format", "The channels that the model takes; rgb if left out.", ("rgb", PixelFormat.Rgb), ("bgr", PixelFormat.Bgr),
        ("gray", PixelFormat.Gray));

    readonly Option<bool> _ignoreOrientation = OptionKinds.Flag("--ignore-orientation",
        "Take pictures as they are stored. Without it they are turned upright, as their EXIF orientation says.");

    public override IReadOnlyList<Option> Options =>
        [_preset, _resize, _resample, _crop, _letterbox, _padValue, _mean, _scale, _std, _pixelFormat, _ignoreOrientation];

    /// <summary>What the options say; null if none was given, and what the model keeps holds.</summary>
    /// <param name="run">What was asked.</param>
    /// <param name="model">The model, whose input gives the size where a preset is named.</param>
    /// <exception cref="PreprocessingException">The steps contradict themselves.</exception>
    /// <exception cref="UsageException">Two options say the same, or numbers are of another unit.</exception>
    public ImagePreprocessing? Read(CommandRun run, string model)
    {
        if (!Options.Any(run.Has)) return null;
        CheckUnits(run);

        var preset = run.Get(_preset)?.Of(InputOf(model)) ?? new();
        // A size that is given takes the place of both sizes of a preset: its crop would cut to another.
        var givesSize = run.Has(_resize) || run.Has(_crop);
        var steps = preset with
        {
            Resize = givesSize ? run.Get(_resize) : preset.Resize,
            Resampling = run.Has(_resample) ? run.Get(_resample) : preset.Resampling,
            Crop = run.Has(_crop) ? run.Get(_crop) : givesSize ? null : preset.Crop,
            Letterbox = run.Has(_letterbox) ? run.Get(_letterbox) : preset.Letterbox,
            PadValue = run.Has(_padValue) ? run.Get(_padValue) : null,
            Mean = run.Has(_mean) ? run.Require(_mean) : preset.Mean,
            Scale = run.Has(_std) ? Array.ConvertAll(run.Require(_std), deviation => (float)(1.0 / deviation))
                : run.Has(_scale) ? run.Require(_scale) : preset.Scale,
            PixelFormat = run.Has(_pixelFormat) ? run.Get(_pixelFormat) : preset.PixelFormat,
            IgnoreOrientation = run.Get(_ignoreOrientation),
        };
        steps.Validate();
        return steps;
    }

    /// <summary>Numbers that are surely meant for pixels of 0..1, as PyTorch's tools write them.</summary>
    void CheckUnits(CommandRun run)
    {
        if (run.Has(_std) && run.Has(_scale)) throw new UsageException("--std divides and --scale multiplies; give one of them.");
        if (!run.Has(_std)) return;
        var deviations = run.Require(_std);
        if (deviations.Any(deviation => deviation <= 0)) throw new UsageException("--std: a standard deviation is above 0.");
        if (deviations.Any(deviation => deviation >= 1)) return;
        var mean = run.Has(_mean) ? $"--mean {InPixels(run.Require(_mean))} " : "";
        throw new UsageException($"--std: {string.Join(',', deviations.Select(Text))} is meant for pixels of 0..1, and these "
            + $"are of 0..255. Give {mean}--std {InPixels(deviations)}, or --preprocess imagenet.");

        static string InPixels(float[] numbers) =>
            string.Join(',', numbers.Select(number => Text(number <= 1 ? (float)Math.Round(255.0 * number, 3) : number)));

        static string Text(float number) => number.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The input that takes pictures, where a preset has to know its size.</summary>
    static ModelInput? InputOf(string model) =>
        ModelInput.Of(OnnxReader.Read(model).Graph) is { Count: > 0 } inputs
        ? inputs.FirstOrDefault(input => input.Shape?.Rank == 4) ?? inputs[0] : null;
}
