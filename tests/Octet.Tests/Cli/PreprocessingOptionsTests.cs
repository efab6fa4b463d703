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
                Steps = _options.Read(run);
            }
            catch (OctetException mistake)
            {
                Failure = mistake;
            }
        }
    }
}
