using Octet.Data;
using Octet.Data.Images;
using Octet.Evaluation.Masks;
using Octet.Tensors;
using Octet.Tests.Data;
using Octet.Tests.Data.Images;

namespace Octet.Tests.Evaluation.Masks;

public sealed class SegmentationTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Intersection_over_union_is_averaged_over_the_classes_that_occur()
    {
        var matrix = new ConfusionMatrix(4);
        // Class 0: 6 pixels, 4 found, and one of class 1 given to it: 4 / 7. Class 1: 2 pixels, 1 found, 1 wrongly given: 1 / 3. Class 2
        // occurs nowhere, though it was given once.
        (int Truth, int Answer, int Times)[] counts = [(0, 0, 4), (0, 1, 1), (0, 2, 1), (1, 1, 1), (1, 0, 1)];
        foreach (var (truth, answer, times) in counts)
        {
            for (var i = 0; i < times; i++) matrix.Add(truth, answer);
        }

        matrix.MeanIntersectionOverUnion.ShouldBe((4 / 7.0 + 1 / 3.0) / 2, 1e-12);
        matrix.PixelAccuracy.ShouldBe(5 / 8.0, 1e-12);
        (matrix + matrix).MeanIntersectionOverUnion.ShouldBe(matrix.MeanIntersectionOverUnion, 1e-12);
    }

    [Fact]
    public void A_label_goes_the_way_of_its_picture()
    {
        // 4 x 2 pixels in a letterbox of 8 x 8, in the middle: rows 2 to 5 hold the picture twice as large.
        WriteMask("a.png", 4, 2, 1, 2, 3, 4, 5, 6, 7, 8);
        var steps = new ImagePreprocessing { Resize = ImageResize.Parse("8x8"), Letterbox = Letterbox.Center };

        var mask = LabelMask.Read(_folder.PathOf("a.png"), new(2, 4), steps);

        mask.Size.ShouldBe(new(8, 8));
        Enumerable.Range(0, 8).Select(y => mask.At(y, 0)).ShouldBe([255, 255, 1, 1, 5, 5, 255, 255]);
        Enumerable.Range(0, 8).Select(x => mask.At(3, x)).ShouldBe([1, 1, 2, 2, 3, 3, 4, 4]);
    }

    [Fact]
    public void A_label_of_another_size_than_its_picture_is_refused()
    {
        WriteMask("a.png", 4, 2, 1, 2, 3, 4, 5, 6, 7, 8);
        Should.Throw<SampleException>(() => LabelMask.Read(_folder.PathOf("a.png"), new(2, 5), null)).Message.ShouldContain(
            "has 2x4 pixels, but its picture 2x5");
        _folder.Write("b.png", [1, 2, 3]);
        Should.Throw<ImageException>(() => LabelMask.Read(_folder.PathOf("b.png"), null, null)).Message.ShouldContain("is no PNG");
    }

    [Fact]
    public void Scores_are_read_in_both_layouts()
    {
        // 2 classes, 3 rows, 5 columns; class 1 wins where column > row.
        var planes = new Tensor(DataType.Float32, [1, 2, 3, 5]);
        var pixels = new Tensor(DataType.Float32, [1, 3, 5, 2]);
        for (var y = 0; y < 3; y++)
        {
            for (var x = 0; x < 5; x++)
            {
                planes.Floats[15 + y * 5 + x] = x - y;
                pixels.Floats[(y * 5 + x) * 2 + 1] = x - y;
            }
        }

        foreach (var output in (Tensor[])[planes, pixels])
        {
            var map = ClassMap.Of(output, new(30, 50));
            map.Size.ShouldBe(new(3, 5));
            map.Classes.ShouldBe(2);
            (map[0, 1], map[1, 1], map[2, 1], map[2, 4]).ShouldBe((1, 0, 0, 1));
        }
    }

    [Fact]
    public void Classes_are_taken_as_they_are()
    {
        var output = new Tensor(DataType.Int64, [1, 1, 2]);
        output.Longs[1] = 20;
        ClassMap.Of(output, new(1, 2))[0, 1].ShouldBe(20);

        output.Longs[1] = -1;
        Should.Throw<SampleException>(() => ClassMap.Of(output, new(1, 2))).Message.ShouldContain("class -1");
        Should.Throw<SampleException>(() => ClassMap.Of(new(DataType.Float32, [1, 10]), new(1, 2))).Message.ShouldContain(
            "float32 [1, 10]");
        Should.Throw<SampleException>(() => ClassMap.Of(new(DataType.Float32, [1, 60_000, 1, 2]), new(1, 2))).Message.ShouldContain(
            "scores of 60000 classes");
    }

    [Fact]
    public void Samples_without_a_label_are_listed()
    {
        WriteMask("a.png", 4, 2, 1, 2, 3, 4, 5, 6, 7, 8);
        var message =
            Should.Throw<SampleException>(() => new Segmentation(MadeSamples.Named("a.jpg", "b.jpg", "c.jpg"), _folder.Path, null)).Message;
        message.ShouldContain("2 of 3 samples");
        message.ShouldContain("b.jpg");
        message.ShouldContain("c.jpg");
    }

    void WriteMask(string name, int width, int height, params byte[] values) => _folder.Write(name,
        PngBytes.Of(width, height, 8, 0, false, new Random(1), (x, y, _) => values[y * width + x], null));
}
