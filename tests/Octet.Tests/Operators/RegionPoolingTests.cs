using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class RegionPoolingTests
{
    [Fact]
    public void RoiAlign_gives_the_mean_of_samples_between_elements()
    {
        // The plane is y·4 + x, which bilinear samples give back at every place; so a cell gives the value at its centre.
        var attributes = new Attributes { ["output_height"] = 2L, ["output_width"] = 2L, ["sampling_ratio"] = 2L };
        var x = Range([1, 1, 4, 4]);

        Output("RoiAlign", attributes, x, Floats([1, 4], 1, 1, 3, 3), Tensor.Vector(0)).ShouldBeClose(5, 6, 9, 10);
        Outputs("RoiAlign", 10, attributes, x, Floats([1, 4], 0, 0, 2, 2), Tensor.Vector(0))[0].ShouldBeClose(2.5f, 3.5f, 6.5f, 7.5f);
    }

    [Fact]
    public void RoiAlign_may_give_the_greatest_share()
    {
        var attributes = new Attributes { ["mode"] = "max", ["sampling_ratio"] = 1L };

        // The one sample lies at (1, 1.25): three quarters of element 5 and a quarter of element 6.
        Output("RoiAlign", attributes, Range([1, 1, 4, 4]), Floats([1, 4], 1.25f, 1, 2.25f, 2), Tensor.Vector(0)).ShouldBeClose(3.75f);
    }

    [Fact]
    public void Regions_outside_the_image_are_zero_and_images_are_checked()
    {
        Output("RoiAlign", [], Range([1, 1, 4, 4]), Floats([1, 4], 100, 100, 110, 110), Tensor.Vector(0)).Values().ShouldBe([0]);
        Should.Throw<OctetException>(
            () => Output("RoiAlign", [], Range([1, 1, 4, 4]), Floats([1, 4], 0, 0, 1, 1), Tensor.Vector(1))).Message.ShouldContain(
            "index 1");
        Should.Throw<OctetException>(
            () => Output("RoiAlign", [], Range([1, 1, 4, 4]), Floats([1, 4], 0, 0, 1e30f, 1), Tensor.Vector(0))).Message.ShouldContain(
            "at most");
    }

    [Fact]
    public void MaxRoiPool_gives_the_greatest_element_of_each_cell()
    {
        var attributes = new Attributes { ["pooled_shape"] = new long[] { 2, 2 } };
        var x = Range([2, 1, 4, 4]);

        Output("MaxRoiPool", attributes, x, Floats([2, 5], 0, 0, 0, 3, 3, 1, 1, 1, 3, 3)).Values().ShouldBe([5, 7, 13, 15, 26, 27, 30, 31]);
        Output("MaxRoiPool", attributes, x, Floats([1, 5], 0, 9, 9, 9, 9)).Values().ShouldBe([0, 0, 0, 0]);
        Should.Throw<OctetException>(() => Output("MaxRoiPool", attributes, x, Floats([1, 5], 2, 0, 0, 1, 1))).Message.ShouldContain(
            "index 2");
    }
}
