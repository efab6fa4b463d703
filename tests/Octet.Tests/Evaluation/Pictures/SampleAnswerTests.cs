using Octet.Data;
using Octet.Data.Images;
using Octet.Evaluation;
using Octet.Tensors;

namespace Octet.Tests.Evaluation;

public sealed class SampleAnswerTests
{
    /// <remarks>Softmax of (0, ln 3) is (1/4, 3/4).</remarks>
    [Fact]
    public void A_classifier_answers_with_its_best_classes_and_cannot_be_drawn()
    {
        var scores = new Tensor(DataType.Float32, [1, 2]);
        scores.Floats[1] = MathF.Log(3);
        var answer = SampleAnswer.Of([scores]);

        answer.TopClasses.ShouldBe([1, 0]);
        answer.Lines[0].ShouldStartWith("class 1");
        answer.Lines[0].ShouldContain(" 75.00 %");
        Should.Throw<SampleException>(() => answer.DrawOver(Grey(4, 4))).Message.ShouldContain("nothing to draw");
    }

    /// <remarks>The model sees 2 × 2 pixels of a picture of 4 × 4; the right half is class 1, which is drawn in (128, 0, 0) over six
    /// tenths: 100 + 0.6 · (128 - 100) = 117, 100 - 60 = 40.</remarks>
    [Fact]
    public void A_mask_colours_the_pixels_of_its_classes_in_the_size_of_the_picture()
    {
        var scores = new Tensor(DataType.Float32, [1, 2, 2, 2]);
        for (var row = 0; row < 2; row++) scores.Floats[4 + 2 * row + 1] = 1;
        var placement = new ImagePreprocessing { Resize = ImageResize.To(2, 2) }.PlacementOf(4, 4);

        var drawn = ImageDecoder.Decode(SampleAnswer.Of([scores], placement).DrawOver(Grey(4, 4)), "drawn.png");

        (drawn.Width, drawn.Height).ShouldBe((4, 4));
        for (var row = 0; row < 4; row++)
            drawn.GetRow(row).ToArray().ShouldBe([100, 100, 100, 100, 100, 100, 117, 40, 40, 117, 40, 40]);
    }

    static Image Grey(int width, int height) => new(width, height, 3, [.. Enumerable.Repeat((byte)100, width * height * 3)]);
}
