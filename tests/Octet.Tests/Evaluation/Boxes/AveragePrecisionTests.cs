using Octet.Evaluation.Boxes;

namespace Octet.Tests.Evaluation.Boxes;

public sealed class AveragePrecisionTests
{
    static readonly Box A = new(0, 0, 10, 10);
    static readonly Box B = new(100, 0, 110, 10);
    static readonly Box Elsewhere = new(50, 50, 60, 60);

    [Fact]
    public void Finding_everything_exactly_is_perfect() =>
        AveragePrecision.Of([Picture([new(A, 0, 0.9f), new(B, 1, 0.3f)], new(A, 0), new(B, 1))])
        .ShouldAllBe(precision => Math.Abs(precision - 1) < 1e-12);

    [Fact]
    public void Half_of_the_boxes_found_reaches_half_of_the_recalls() =>
        // Recall 0.5 is reached with precision 1: 51 of the 101 recalls, 0 to 0.50.
        AveragePrecision.Of([Picture([new(A, 0, 0.9f)], new(A, 0), new(B, 0))])[0].ShouldBe(51 / 101.0, 1e-12);

    [Fact]
    public void A_wrong_box_that_is_surer_halves_the_precision() =>
        AveragePrecision.Of([Picture([new(Elsewhere, 0, 0.95f), new(A, 0, 0.9f)], new TrueBox(A, 0))])[0].ShouldBe(0.5, 1e-12);

    [Fact]
    public void A_wrong_box_that_is_less_sure_costs_nothing() =>
        AveragePrecision.Of([Picture([new(A, 0, 0.9f), new(Elsewhere, 0, 0.1f)], new TrueBox(A, 0))])[0].ShouldBe(1, 1e-12);

    [Fact]
    public void A_second_box_for_the_same_thing_is_wrong()
    {
        // Right, wrong, right: precision 1, 1/2, 2/3; made monotonic 1, 2/3, 2/3. Recalls 0 to 0.50 read 1, the 50 others 2/3.
        var picture = Picture([new(A, 0, 0.9f), new(A, 0, 0.8f), new(B, 0, 0.7f)], new(A, 0), new(B, 0));
        AveragePrecision.Of([picture])[0].ShouldBe((51 + 50 * 2 / 3.0) / 101, 1e-12);
    }

    [Fact]
    public void A_box_counts_up_to_the_overlap_that_it_has()
    {
        // 10 x 10 against 10 x 8: 80 of 100, so right at 0.50 to 0.80 and wrong above.
        var precisions = AveragePrecision.Of([Picture([new(A with { Bottom = 8 }, 0, 0.9f)], new TrueBox(A, 0))]);
        precisions.Select(precision => precision > 0.5).ShouldBe([true, true, true, true, true, true, true, false, false, false]);
    }

    [Fact]
    public void A_class_that_nobody_found_counts_and_one_that_is_not_there_does_not()
    {
        var precisions = AveragePrecision.Of([Picture([new(A, 0, 0.9f), new(Elsewhere, 7, 0.99f)], new(A, 0), new(B, 1))]);
        precisions[0].ShouldBe(0.5, 1e-12);
    }

    [Fact]
    public void Detections_in_a_crowd_are_neither_right_nor_wrong()
    {
        var crowd = new TrueBox(new(40, 40, 80, 80), 0, IsCrowd: true);
        AveragePrecision.Of([Picture([new(Elsewhere, 0, 0.99f), new(A, 0, 0.9f)], new(A, 0), crowd)])[0].ShouldBe(1, 1e-12);
    }

    [Fact]
    public void Boxes_of_other_pictures_do_not_match()
    {
        var precisions = AveragePrecision.Of([Picture([new(A, 0, 0.9f)]), Picture([], new TrueBox(A, 0))]);
        precisions.ShouldAllBe(precision => precision == 0);
    }

    [Fact]
    public void Nothing_to_find_is_zero() => AveragePrecision.Of([Picture([new(A, 0, 0.9f)])]).ShouldAllBe(precision => precision == 0);

    static JudgedPicture Picture(Detection[] found, params TrueBox[] truth) => new(found, truth);
}
