using Octet.Cli;
using Octet.Data;
using Octet.Data.Images;

namespace Octet.Tests.Cli;

public sealed class PreprocessingOptionsTests
{
    [Fact]
    public void Every_option_finds_its_place()
    {
        var steps = Read("--resize", "256x320", "--resample", "opencv", "--crop", "224", "--pad-value", "7", "--mean",
            "123.675,116.28,103.53", "--scale", "0.017", "--pixel-format", "bgr", "--ignore-orientation");

        steps.ShouldBe(new ImagePreprocessing
        {
            Resize = ImageResize.To(256, 320),
            Resampling = Resampling.OpenCv,
            Crop = new(224, 224),
            PadValue = 7,
            Mean = [123.675f, 116.28f, 103.53f],
            Scale = [0.017f],
            PixelFormat = PixelFormat.Bgr,
            IgnoreOrientation = true,
        });
        Read("--resize", "416x416", "--letterbox", "top-left")
            .ShouldBe(new ImagePreprocessing { Resize = ImageResize.To(416, 416), Letterbox = Letterbox.TopLeft });
    }

    [Fact]
    public void Without_options_the_model_decides_and_what_was_not_given_has_its_usual_value()
    {
        Read().ShouldBeNull();
        Read("--crop", "192").ShouldBe(new ImagePreprocessing { Crop = new(192, 192) });
    }

    [Theory]
    [InlineData("--resize: '22x' is no size; write 256 for the short side, or height x width as in 224x192.", "--resize", "22x")]
    [InlineData("--resample: 'pill' is not one of pil, opencv; did you mean 'pil'?", "--resample", "pill")]
    [InlineData("--mean: '1;2' is no number.", "--mean", "1;2")]
    [InlineData("--scale: '1/0' is no number.", "--scale", "1/0")]
    [InlineData("--pad-value: '256' is no whole number between 0 and 255.", "--pad-value", "256")]
    public void A_value_that_cannot_be_is_told_with_what_can(string message, params string[] arguments)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var request = new ProbeCommand().Parse(arguments);

        UsageErrors.Print(request, error);

        error.ToString().Split('\n')[0].ShouldBe(message);
    }

    [Fact]
    public void Steps_that_contradict_each_other_are_refused() =>
        Should.Throw<PreprocessingException>(() => Read("--letterbox", "center", "--resize", "256")).Message.ShouldContain(
            "a letterbox needs both sides");

    /// <remarks>The model takes 64 × 64 pixels. Keras: x / 127.5 - 1.</remarks>
    [Fact]
    public void A_preset_takes_the_size_of_the_model_and_options_change_it()
    {
        Read("--preprocess", "imagenet-tf").ShouldBe(new ImagePreprocessing
        {
            Resize = ImageResize.ShortSideTo(73),
            Crop = new(64, 64),
            Mean = [127.5f],
            Scale = [1 / 127.5f],
        });
        Read("--preprocess", "yolox", "--resize", "32x32", "--pad-value", "0").ShouldBe(new ImagePreprocessing
        {
            Resize = ImageResize.To(32, 32),
            Resampling = Resampling.OpenCv,
            Letterbox = Letterbox.TopLeft,
            PixelFormat = PixelFormat.Bgr,
            PadValue = 0,
        });
        Read("--preprocess", "imagenet", "--resize", "64x64")!.Crop.ShouldBeNull();
        Read("--preprocess", "raw").ShouldBe(new ImagePreprocessing());
    }

    [Fact]
    public void Fractions_and_standard_deviations_are_scales()
    {
        Read("--scale", "1/127.5,1/255,0.5")!.Scale.ShouldBe([1 / 127.5f, 1 / 255f, 0.5f]);
        Read("--std", "58.395,57.12,57.375")!.Scale.ShouldBe(PreprocessingPreset.Find("imagenet")!.Of().Scale);
        Should.Throw<UsageException>(() => Read("--mean", "0.485,0.456,0.406", "--std", "0.229,0.224,0.225")).Message
            .ShouldContain("Give --mean 123.675,116.28,103.53 --std 58.395,57.12,57.375, or --preprocess imagenet.");
    }

    static ImagePreprocessing? Read(params string[] arguments)
    {
        var command = new ProbeCommand();
        command.Parse(arguments).Invoke().ShouldBe(0, command.Failure?.ToString());
        if (command.Failure is { } failure) throw failure;
        return command.Steps;
    }

    sealed class ProbeCommand : OctetCommand
    {
        readonly PreprocessingOptions _options;

        public ProbeCommand() : base(new(TextWriter.Null, TextWriter.Null), "probe", "Reads preprocessing options.") =>
            _options = AddGroup(new PreprocessingOptions());

        public ImagePreprocessing? Steps { get; private set; }

        public Exception? Failure { get; private set; }

        protected override void Run(CommandRun run)
        {
            try
            {
                Steps = _options.Read(run, Signs.Model);
            }
            catch (Exception mistake) when (mistake is OctetException or UsageException)
            {
                Failure = mistake;
            }
        }
    }
}
