using Octet.Data;
using Octet.Data.Arrays;
using Octet.Data.Images;
using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Tests.Data;

public sealed class ImagePreprocessingTests
{
    [Fact]
    public void Values_are_x_minus_mean_times_scale_in_planes()
    {
        var image = new Image(2, 1, 3, [10, 20, 30, 40, 50, 60]);
        var steps = new ImagePreprocessing { Mean = [1, 2, 3], Scale = [0.5f, 0.25f, 2] };

        var tensor = steps.Apply(image);

        tensor.Shape.ShouldBe([1, 3, 1, 2]);
        tensor.Floats.ToArray().ShouldBe([4.5f, 19.5f, 4.5f, 12f, 54f, 114f]);
    }

    [Fact]
    public void Channels_come_in_the_order_of_the_pixel_format_and_so_do_mean_and_scale()
    {
        var image = new Image(1, 1, 3, [10, 20, 30]);
        new ImagePreprocessing { PixelFormat = PixelFormat.Bgr, Mean = [1, 0, 0] }.Apply(image).Floats.ToArray().ShouldBe([29f, 20f, 10f]);
        new ImagePreprocessing { PixelFormat = PixelFormat.Gray }.Apply(image).Floats.ToArray().ShouldBe([18f]);
    }

    [Fact]
    public void Pixels_lie_side_by_side_in_NHWC()
    {
        var image = new Image(2, 1, 3, [1, 2, 3, 4, 5, 6]);
        var tensor = new ImagePreprocessing { Layout = TensorLayout.Nhwc, PixelFormat = PixelFormat.Bgr }.Apply(image);
        tensor.Shape.ShouldBe([1, 1, 2, 3]);
        tensor.Floats.ToArray().ShouldBe([3f, 2f, 1f, 6f, 5f, 4f]);
    }

    [Fact]
    public void A_grey_picture_feeds_all_three_channels() =>
        new ImagePreprocessing { Mean = [0, 1, 2] }.Apply(new Image(1, 1, 1, [9])).Floats.ToArray().ShouldBe([9f, 8f, 7f]);

    [Fact]
    public void Models_that_take_bytes_or_halves_get_them()
    {
        var image = new Image(1, 1, 3, [10, 20, 255]);
        new ImagePreprocessing().Apply(image, DataType.UInt8).AsSpan<byte>().ToArray().ShouldBe([10, 20, 255]);
        new ImagePreprocessing { Scale = [0.5f] }.Apply(image, DataType.Float16).AsSpan<Half>().ToArray()
            .ShouldBe([(Half)5, (Half)10, (Half)127.5f]);
    }

    [Theory]
    [InlineData(500, 375, 341, 256)]
    [InlineData(375, 500, 256, 341)]
    [InlineData(333, 500, 256, 384)]
    [InlineData(100, 100, 256, 256)]
    [InlineData(1, 1000, 256, 256_000)]
    public void The_long_side_follows_the_short_one_truncated(int width, int height, int expectedWidth, int expectedHeight) =>
        new ImagePreprocessing
        { Resize = ImageResize.ShortSideTo(256) }.PlacementOf(width, height).ResizedSize.ShouldBe(new(expectedHeight, expectedWidth));

    [Theory] // half of what is too much, rounded half to even
    [InlineData(224, 0)]
    [InlineData(225, 0)]
    [InlineData(226, -1)]
    [InlineData(227, -2)]
    [InlineData(229, -2)]
    [InlineData(341, -58)]
    [InlineData(223, 0)]
    [InlineData(221, 1)]
    public void A_crop_begins_where_torchvision_begins_it(int width, int left) =>
        new ImagePreprocessing { Crop = new(224, 224) }.PlacementOf(width, 300).Left.ShouldBe(left);

    [Fact]
    public void A_picture_smaller_than_the_crop_gets_a_border_of_zeros()
    {
        var tensor = new ImagePreprocessing
        { Crop = new(3, 4), PixelFormat = PixelFormat.Gray, Mean = [1] }.Apply(new Image(1, 2, 1, [10, 20]));
        tensor.Floats.ToArray().ShouldBe(
        [
            -1, 9, -1, -1,
            -1, 19, -1, -1,
            -1, -1, -1, -1,
        ]);
    }

    [Fact]
    public void A_letterbox_keeps_the_shape_and_says_where_the_picture_lies()
    {
        var steps = new ImagePreprocessing { Resize = ImageResize.To(416, 416), Letterbox = Letterbox.Center };
        steps.PlacementOf(640, 427).ShouldBe(new(new(427, 640), new(277, 416), 0, 69, new(416, 416), 0.65, 0.65));
        (steps with { Letterbox = Letterbox.TopLeft }).PlacementOf(427, 640)
            .ShouldBe(new(new(640, 427), new(416, 277), 0, 0, new(416, 416), 0.65, 0.65));
        for (var side = 1; side < 3000; side++)
            steps.PlacementOf(side, 1).ResizedSize.Width.ShouldBe(416,
                "the longer side fills the box, whatever rounding does to the factor");
    }

    [Fact]
    public void A_picture_that_covers_the_size_is_cut_in_the_middle_of_its_longer_side()
    {
        var steps = new ImagePreprocessing { Resize = ImageResize.To(200, 100), Letterbox = Letterbox.Cover };

        steps.PlacementOf(300, 400).ShouldBe(new(new(400, 300), new(200, 150), -25, 0, new(200, 100), 0.5, 0.5));
        steps.PlacementOf(100, 300).ShouldBe(new(new(300, 100), new(300, 100), 0, -50, new(200, 100), 1, 1));
        steps.Apply(new Image(301, 401, 1, new byte[301 * 401])).Shape.ShouldBe([1, 3, 200, 100]);
    }

    [Fact]
    public void Positions_in_the_input_lead_back_to_the_picture()
    {
        var steps = new ImagePreprocessing { Resize = ImageResize.To(416, 416), Letterbox = Letterbox.Center };
        var placement = steps.PlacementOf(640, 427);
        placement.ToSourceX(208).ShouldBe(320, 1e-9);
        placement.ToSourceY(69).ShouldBe(0, 1e-9);

        var cropped = new ImagePreprocessing { Resize = ImageResize.ShortSideTo(256), Crop = new(224, 224) }.PlacementOf(512, 512);
        cropped.ToSourceX(0).ShouldBe(32);
    }

    [Fact]
    public void The_border_of_a_letterbox_has_the_pad_value()
    {
        var steps = new ImagePreprocessing { Resize = ImageResize.To(2, 4), Letterbox = Letterbox.Center, PixelFormat = PixelFormat.Gray };
        var image = new Image(2, 2, 1, [1, 2, 3, 4]);
        steps.Apply(image).Floats.ToArray().ShouldBe([114, 1, 2, 114, 114, 3, 4, 114]);
        (steps with { PadValue = 7, Letterbox = Letterbox.TopLeft }).Apply(image).Floats.ToArray().ShouldBe([1, 2, 7, 7, 3, 4, 7, 7]);
        (steps with { PadValue = 7, Letterbox = Letterbox.None }).Apply(image).Floats.ToArray()
            .ShouldBe([1, 1, 2, 2, 3, 3, 4, 4], tolerance: 0.6);
    }

    [Theory, InlineData(Resampling.Pillow), InlineData(Resampling.OpenCv)]
    public void Resizing_and_cropping_equals_resizing_then_cropping(Resampling resampling)
    {
        var image = GoldenImages.Random(75, 50, channels: 3, seed: 1);
        var steps = new ImagePreprocessing
        {
            Resize = ImageResize.ShortSideTo(30),
            Crop = new(22, 27),
            Resampling = resampling,
            Layout = TensorLayout.Nhwc,
        };

        var whole = image.Resize(45, 30, resampling);
        var expected = Enumerable.Range(4, 22).SelectMany(y => whole.GetRow(y).Slice(9 * 3, 27 * 3).ToArray());

        steps.Apply(image, DataType.UInt8).Bytes.ToArray().ShouldBe(expected);
    }

    [Fact]
    public void All_contradictions_are_listed_at_once()
    {
        var steps = new ImagePreprocessing
        {
            Resize = ImageResize.ShortSideTo(0),
            Letterbox = Letterbox.Center,
            Crop = new(224, 99_999),
            PadValue = 256,
            Mean = [1, 2],
            Scale = [0, float.NaN, 1],
        };

        var message = Should.Throw<PreprocessingException>(() => steps.Validate(DataType.Int64)).Message;

        foreach (var problem in (string[])["size of 0", "size of 99999", "needs both sides", "leave out the crop", "pad value 256",
            "mean has 2 numbers", "scale is not a finite", "scale of 0", "takes int64"])
        {
            message.ShouldContain(problem);
        }
    }

    [Fact]
    public void Bytes_are_taken_as_they_are() =>
        Should.Throw<PreprocessingException>(
            () => new ImagePreprocessing { Mean = [127.5f] }.Validate(DataType.UInt8)).Message.ShouldContain("leave out mean and scale");

    [Fact]
    public void A_picture_that_would_grow_beyond_reason_is_refused() =>
        Should.Throw<PreprocessingException>(
            () => new ImagePreprocessing { Resize = ImageResize.ShortSideTo(16_384) }.Apply(new Image(1, 1000, 1))).Message.ShouldContain(
            "are refused");

    [Fact]
    public void The_layout_follows_the_shape_of_the_input()
    {
        var steps = new ImagePreprocessing { Crop = new(224, 192) };
        steps.FittedTo(new("x", DataType.Float32, new(new(null, "N"), 3, 224, 192))).Layout.ShouldBe(TensorLayout.Nchw);
        steps.FittedTo(new("x", DataType.Float32, new(1, 224, 192, 3))).Layout.ShouldBe(TensorLayout.Nhwc);
        (steps with { Layout = TensorLayout.Nhwc }).FittedTo(new("x", DataType.Float32, new(1, 3, new(null), new(null)))).Layout.ShouldBe(
            TensorLayout.Nchw);
        (steps with { Layout = TensorLayout.Nhwc }).FittedTo(new("x", DataType.Float32, null)).Layout.ShouldBe(TensorLayout.Nhwc);
    }

    [Fact]
    public void An_input_of_another_size_is_refused_with_both_shapes() =>
        Should.Throw<PreprocessingException>(
            () => new ImagePreprocessing { Crop = new(224, 224) }.FittedTo(new("x", DataType.Float32, new(new(null, "N"), 3, 256, 256))))
            .Message.ShouldStartWith("The model's input 'x' takes [N, 3, 256, 256], but the preprocessing gives [1, 3, 224, 224].");

    [Fact]
    public void The_pictures_that_ONNX_Runtimes_tool_saw_are_met_within_one_step()
    {
        var folder = SharedFolder.Require("data", "imagenet", "calib");
        var expected = NpzFile.Read(SharedFolder.Require("golden", "ort_mbv2", "calib20_u8.npz"))["images"];
        var files = File.ReadLines(Path.Combine(folder, "labels.txt")).Select(line => line.Split(' ')[0]).Take(20).ToList();
        var steps = new ImagePreprocessing { Crop = new(224, 224) };

        for (var i = 0; i < files.Count; i++)
        {
            var tensor = steps.Apply(ImageDecoder.Decode(Path.Combine(folder, files[i])), DataType.UInt8);
            GoldenImages.LargestDifference(tensor.Bytes, expected.Slice(i, 1).Bytes).ShouldBeLessThanOrEqualTo(1, files[i]);
        }
    }
}
