using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

public sealed class SignalTests
{
    [Fact]
    public void Windows_are_sums_of_cosines()
    {
        Output("HannWindow", [], Tensor.Scalar(4L)).ShouldBe([4], 0, 0.5f, 1, 0.5f);
        Output("HannWindow", new() { ["periodic"] = 0L }, Tensor.Scalar(3L)).ShouldBe([3], 0, 1, 0);
        Output("HammingWindow", [], Tensor.Scalar(2)).ShouldBe([2], 4f / 46, 1);
        Output("BlackmanWindow", new() { ["output_datatype"] = (long)DataType.Float64 }, Tensor.Scalar(2L)).AsSpan<double>().ToArray()
            .ShouldBe([0.0, 1], tolerance: 1e-12);
        Output("HannWindow", new() { ["periodic"] = 0L }, Tensor.Scalar(1L)).Length.ShouldBe(1);
        Should.Throw<ShapeException>(() => Output("HannWindow", [], Tensor.Scalar(-1L)));
    }

    [Fact]
    public void DFT_works_along_any_axis_named_by_attribute_or_input()
    {
        var signal = Floats([1, 4, 1], 1, 2, 3, 4);
        float[] spectrum = [10, 0, -2, 2, -2, 0, -2, -2];

        Output("DFT", 17, [], signal).ShouldBe([1, 4, 2], spectrum);
        Output("DFT", 20, [], signal).ShouldBe([1, 4, 2], spectrum);
        Output("DFT", 20, [], Floats([4, 1, 1], 1, 2, 3, 4), null, Tensor.Scalar(0L)).ShouldBe([4, 1, 2], spectrum);
        Output("DFT", 17, new() { ["axis"] = 2L }, Floats([1, 1, 4, 1], 1, 2, 3, 4)).ShouldBe([1, 1, 4, 2], spectrum);
        Output("DFT", 17, [], Floats([1, 2, 2, 1], 1, 5, 2, 7)).ShouldBe([1, 2, 2, 2], 3, 0, 12, 0, -1, 0, -2, 0);
    }

    [Fact]
    public void DFT_of_one_side_is_undone_by_its_inverse()
    {
        foreach (var length in new[] { 1, 4, 5 })
        {
            var signal = Range([1, length, 1]);
            var half = Output("DFT", 20, new() { ["onesided"] = 1L }, signal);
            half.Shape.ShouldBe([1, length / 2 + 1, 2]);
            Output("DFT", 20, new() { ["onesided"] = 1L, ["inverse"] = 1L }, half, Tensor.Scalar((long)length))
                .ShouldBe([1, length, 1], signal.Values());
            Output("DFT", 20, new() { ["inverse"] = 1L }, Output("DFT", 20, [], signal)).Values().Where((_, i) => i % 2 == 0).ToArray()
                .ShouldBe(signal.Values(), tolerance: 1e-5);
        }
    }

    [Fact]
    public void DFT_cuts_and_fills_signals()
    {
        Output("DFT", 20, [], Floats([1, 2, 1], 1, 2), Tensor.Scalar(4L)).ShouldBe([1, 4, 2], 3, 0, 1, -2, -1, 0, 1, 2);
        Output("DFT", 20, [], Floats([1, 3, 1], 1, 2, 9), Tensor.Scalar(2L)).ShouldBe([1, 2, 2], 3, 0, -1, 0);
    }

    [Fact]
    public void Impossible_transforms_are_refused()
    {
        Should.Throw<ShapeException>(() => Output("DFT", 20, [], Range([1, 4, 3])));
        Should.Throw<ShapeException>(() => Output("DFT", 20, [], Range([1, 4, 1]), null, Tensor.Scalar(2L)));
        Should.Throw<ShapeException>(() => Output("DFT", 20, [], Range([1, 4, 1]), Tensor.Scalar(0L)));
        Should.Throw<ShapeException>(() => Output("DFT", 20, [], Range([1, 4, 1]), Tensor.Scalar(1L << 40)));
        Should.Throw<OperatorException>(() => Output("DFT", 20, [], Tensor.Of<int>([1, 1, 1], 1)));
        Should.Throw<OperatorException>(() => Output("STFT", [], Range([1, 4, 1]), Tensor.Scalar(1L)));
        Should.Throw<OperatorException>(() => Output("STFT", [], Range([1, 4, 1]), Tensor.Scalar(0L), null, Tensor.Scalar(2L)));
        Should.Throw<ShapeException>(() => Output("STFT", [], Range([1, 4, 1]), Tensor.Scalar(1L), null, Tensor.Scalar(5L)));
        Should.Throw<ShapeException>(() => Output("STFT", [], Range([1, 4, 1]), Tensor.Scalar(1L), Range([3]), Tensor.Scalar(2L)));
    }

    [Fact]
    public void STFT_transforms_each_frame()
    {
        Output("STFT", [], Floats([1, 5, 1], 1, 2, 3, 4, 5), Tensor.Scalar(2L), null, Tensor.Scalar(2L))
            .ShouldBe([1, 2, 2, 2], 3, 0, -1, 0, 7, 0, -1, 0);
        Output("STFT", new() { ["onesided"] = 0L }, Floats([1, 4, 1], 1, 2, 3, 4), Tensor.Scalar(1L), Floats([3], 0, 1, 0)).ShouldBe(
            [1, 2, 3, 2], 2, 0, -1, -1.7320508f, -1, 1.7320508f, 3, 0, -1.5f, -2.598076f, -1.5f, 2.598076f);
    }

    [Fact]
    public void Mel_bands_are_triangles()
    {
        var weights =
            Output("MelWeightMatrix", [], Tensor.Scalar(8L), Tensor.Scalar(16L), Tensor.Scalar(8192L), Tensor.Scalar(0f),
                Tensor.Scalar(4096f));

        // Source: ONNX backend tests, melweightmatrix.
        weights.Shape.ShouldBe([9, 8]);
        weights.Values()[..16].ShouldBe([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0]);
        weights.Values()[16..32].ShouldBe([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
        weights.Values()[32..48].ShouldBe([0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
        weights.Values()[48..].ShouldAllBe(weight => weight == 0);
        Should.Throw<OperatorException>(
            () => Output("MelWeightMatrix", [], Tensor.Scalar(0L), Tensor.Scalar(16L), Tensor.Scalar(8192L), Tensor.Scalar(0f),
                Tensor.Scalar(4096f)));
        Should.Throw<OperatorException>(
            () => Output("MelWeightMatrix", [], Tensor.Scalar(8L), Tensor.Scalar(16L), Tensor.Scalar(1L), Tensor.Scalar(0f),
                Tensor.Scalar(4096f)));
    }
}
