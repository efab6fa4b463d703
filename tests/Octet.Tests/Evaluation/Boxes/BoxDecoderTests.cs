using Octet.Data;
using Octet.Evaluation.Boxes;
using Octet.Tensors;

namespace Octet.Tests.Evaluation.Boxes;

public sealed class BoxDecoderTests
{
    static readonly ImageSize Input = new(64, 96);

    // 8 x 12 + 4 x 6 + 2 x 3 cells.
    const int Cells = 126;

    [Fact]
    public void Yolox_counts_in_cells()
    {
        var output = new Tensor(DataType.Float32, [1, Cells, 7]);
        // The grid with steps of 16 begins at 96; its cell (column 2, row 1) is 6 + 2 further.
        Row(output, 96 + 8, 0.5f, 0.25f, MathF.Log(2), MathF.Log(3), 0.5f, 0.1f, 0.8f);

        var decoder = BoxDecoder.For([output], Input);

        decoder.Name.ShouldBe("yolox");
        var found = decoder.Decode([output], Input, minScore: 0.2f).ShouldHaveSingleItem();
        Close(found.Box, Box.OfCenter(2.5f * 16, 1.25f * 16, 32, 48));
        found.Class.ShouldBe(1);
        found.Score.ShouldBe(0.4f, 1e-6f);
    }

    [Fact]
    public void Yolov5_gives_pixels()
    {
        var output = new Tensor(DataType.Float32, [1, 3 * Cells, 6]);
        Row(output, 200, 30, 20, 10, 8, 0.5f, 0.5f);

        var decoder = BoxDecoder.For([output], Input);

        decoder.Name.ShouldBe("yolov5");
        decoder.Decode([output], Input, minScore: 0.01f).ShouldBe([new(new(25, 16, 35, 24), 0, 0.25f)]);
    }

    [Fact]
    public void Yolov8_gives_columns()
    {
        var output = new Tensor(DataType.Float32, [1, 6, Cells]);
        foreach (var (row, value) in ((float[])[30, 20, 10, 8, 0.1f, 0.9f]).Index()) output.Floats[row * Cells + 77] = value;

        var decoder = BoxDecoder.For([output], Input);

        decoder.Name.ShouldBe("yolov8");
        decoder.Decode([output], Input, minScore: 0.2f).ShouldBe([new(new(25, 16, 35, 24), 1, 0.9f)]);
    }

    [Fact]
    public void Ssd_gives_parts_of_the_input_and_a_background()
    {
        var boxes = new Tensor(DataType.Float32, [1, 3, 4]);
        var scores = new Tensor(DataType.Float32, [1, 3, 3]);
        Row(boxes, 1, 0.25f, 0.5f, 0.5f, 0.75f);
        Row(scores, 1, 0.9f, 0.02f, 0.08f);

        foreach (var outputs in (Tensor[][])[[boxes, scores], [scores, boxes]])
        {
            var decoder = BoxDecoder.For(outputs, Input);
            decoder.Name.ShouldBe("ssd");
            decoder.Decode(outputs, Input, minScore: 0.05f).ShouldBe([new(new(24, 32, 48, 48), 1, 0.08f)]);
        }
    }

    [Fact]
    public void Boxes_that_are_not_finite_are_left_out()
    {
        var output = new Tensor(DataType.Float32, [1, 6, Cells]);
        for (var row = 0; row < 6; row++) output.Floats[row * Cells] = float.NaN;
        for (var row = 0; row < 6; row++) output.Floats[row * Cells + 1] = float.PositiveInfinity;

        BoxDecoder.For([output], Input).Decode([output], Input, minScore: 0.2f).ShouldBeEmpty();
    }

    [Fact]
    public void An_unknown_form_is_named_with_those_that_are_known() =>
        Should.Throw<SampleException>(() => BoxDecoder.For([new Tensor(DataType.Float32, [1, 10])], Input)).Message.ShouldContain(
            "float32 [1, 10]");

    [Fact]
    public void Of_boxes_that_overlap_the_surest_stays()
    {
        var box = new Box(0, 0, 10, 10);
        Detection[] found = [new(box with { Bottom = 9 }, 0, 0.5f), new(box, 0, 0.9f), new(box, 1, 0.3f), new(new(50, 0, 60, 10), 0, 0.1f)];

        NonMaximumSuppression.Keep(found, maxOverlap: 0.65f, max: 100).ShouldBe([found[1], found[2], found[3]]);
        NonMaximumSuppression.Keep(found, maxOverlap: 0.65f, max: 2).ShouldBe([found[1], found[2]]);
    }

    static void Row(Tensor tensor, int index, params float[] values) => values.CopyTo(tensor.Floats[(index * values.Length)..]);

    static void Close(Box actual, Box expected)
    {
        actual.Left.ShouldBe(expected.Left, 1e-4f);
        actual.Top.ShouldBe(expected.Top, 1e-4f);
        actual.Right.ShouldBe(expected.Right, 1e-4f);
        actual.Bottom.ShouldBe(expected.Bottom, 1e-4f);
    }
}
