using Octet.Data;
using Octet.Data.Images;
using Octet.Graphs;

namespace Octet.Tests.Data;

public sealed class StoredPreprocessingTests
{
    static readonly ImagePreprocessing Everything = new()
    {
        Resize = ImageResize.To(416, 320),
        Resampling = Resampling.OpenCv,
        Letterbox = Letterbox.TopLeft,
        PadValue = 114,
        PixelFormat = PixelFormat.Bgr,
        Mean = [103.53f, 116.28f, 123.675f],
        Scale = [1 / 57.375f, 1 / 57.12f, 1 / 58.395f],
        Layout = TensorLayout.Nhwc,
        IgnoreOrientation = true,
    };

    [Fact]
    public void What_is_stored_is_read_again()
    {
        foreach (var steps in (ImagePreprocessing[])[Everything, new(),
            new() { Resize = ImageResize.ShortSideTo(256), Crop = new(224, 192) }])
        {
            StoredPreprocessing.FromJson(steps.ToJson()).ShouldBe(steps);
        }
        StoredPreprocessing.FromJson(Everything.ToJson()).Scale.ShouldBe(Everything.Scale, "numbers keep all their bits");
    }

    [Fact]
    public void The_text_uses_the_words_of_the_command_line() =>
        new ImagePreprocessing
        { Resize = ImageResize.ShortSideTo(256), Crop = new(224, 224), Mean = [127.5f], Scale = [0.0078125f] }.ToJson().ShouldBe(
            """{"version":1,"resize":"256","resample":"pil","crop":"224x224","letterbox":"none","padValue":null,"pixelFormat":"rgb","mean":[127.5],"scale":[0.0078125],"layout":"nchw"}""");

    [Fact]
    public void That_the_orientation_is_ignored_is_stored_only_where_it_is() =>
        new ImagePreprocessing { IgnoreOrientation = true }.ToJson().ShouldStartWith("""{"version":1,"ignoreOrientation":true,""");

    [Fact]
    public void A_model_keeps_it_in_its_metadata()
    {
        var model = new Model { Graph = new Graph() };
        StoredPreprocessing.Of(model).ShouldBeNull();
        Everything.StoreIn(model);
        model.Metadata.Keys.ShouldBe(["octet.preprocessing"]);
        StoredPreprocessing.Of(model).ShouldBe(Everything);
    }

    [Theory]
    [InlineData("""{"version":2}""", "has version 2; this Octet reads 1")]
    [InlineData("""{"resize":"256"}""", "it has no version")]
    [InlineData("""{"version":1,"rotate":90}""", "rotate")]
    [InlineData("""{"version":1,"resize":"large"}""", "'large' is no size")]
    [InlineData("""{"version":1,"resize":256}""", "cannot be read")]
    [InlineData("""{"version":1,"resample":"nearest"}""", "cannot be read")]
    [InlineData("""{"version":1,"mean":null}""", "cannot be read")]
    [InlineData("""{"version":1,"mean":[1e99]}""", "not a finite number")]
    [InlineData("""{"version":1,"scale":[0]}""", "a scale of 0")]
    [InlineData("""{"version":1,"version":1}""", "cannot be read")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("null", "no JSON object")]
    [InlineData("{", "cannot be read")]
    [InlineData("", "cannot be read")]
    public void What_cannot_be_understood_is_explained(string json, string explanation) =>
        Should.Throw<PreprocessingException>(() => StoredPreprocessing.FromJson(json)).Message.ShouldContain(explanation);

    [Theory]
    [InlineData("256", 256, 256)]
    [InlineData("224x192", 224, 192)]
    public void Sizes_are_written_height_first(string text, int height, int width) => ImageSize.Parse(text).ShouldBe(new(height, width));

    [Theory, InlineData(""), InlineData("x"), InlineData("224x"), InlineData("1x2x3"), InlineData("-5"), InlineData("2e3"),
        InlineData("99999999999")]
    public void What_is_no_size_is_refused(string text)
    {
        Should.Throw<FormatException>(() => ImageSize.Parse(text)).Message.ShouldContain("224x192");
        Should.Throw<FormatException>(() => ImageResize.Parse(text)).Message.ShouldContain("224x192");
    }

    [Fact]
    public void A_single_number_is_the_short_side_of_a_resize()
    {
        ImageResize.Parse("256").ShouldBe(ImageResize.ShortSideTo(256));
        ImageResize.Parse("224x192").ShouldBe(ImageResize.To(224, 192));
        ImageResize.Parse("224x192").ToString().ShouldBe("224x192");
    }
}
