using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;
using Octet.Tests.Operators;

namespace Octet.Tests.Kernels;

/// <summary>The fast convolution of training against Conv and its gradient, which are held against finite differences.</summary>
public sealed class TrainedConvolutionTests
{
    public static TheoryData<int, int, int, int, int, int, int> Cases => new()
    {
        { 5, 7, 1, 1, 1, 0, 1 },
        { 32, 48, 1, 1, 1, 0, 1 },
        { 3, 33, 1, 3, 2, 1, 1 },
        { 20, 18, 1, 3, 1, 1, 1 },
        { 4, 6, 2, 3, 1, 2, 2 },
        { 16, 24, 1, 1, 2, 0, 1 },
        { 5, 5, 5, 3, 1, 1, 1 },
        { 37, 37, 37, 3, 1, 1, 1 },
        { 37, 37, 37, 3, 2, 1, 1 },
        { 18, 18, 18, 5, 1, 2, 1 },
        { 16, 16, 16, 5, 2, 2, 2 },
        { 6, 12, 6, 3, 1, 1, 1 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Results_and_gradients_are_those_of_the_plain_convolution(int inputs, int outputs, int groups, int kernel, int stride,
        int pad, int dilation)
    {
        var random = new Random(inputs + outputs + kernel);
        var conv = (Conv)OperatorRun.Newest("Conv", new()
        {
            ["strides"] = new long[] { stride, stride },
            ["pads"] = new long[] { pad, pad, pad, pad },
            ["dilations"] = new long[] { dilation, dilation },
            ["group"] = (long)groups,
        });
        var x = OperatorRun.Random(random, [2, inputs, 9, 8]);
        var weights = OperatorRun.Random(random, [outputs, inputs / groups, kernel, kernel]);
        var bias = OperatorRun.Random(random, [outputs]);
        var y = conv.RunOn(x, weights, bias)[0];
        var upstream = OperatorRun.Random(random, y.Shape);
        var expected = GradientCheck.Gradients(conv, [x, weights, bias], [y], [upstream]);

        foreach (var level in Enum.GetValues<SimdLevel>())
        {
            var convolution =
                new TrainedConvolution(inputs, outputs, groups, conv.Window.Over(x.Shape, weights.Shape[2..]), threads: 2, level);
            Tensor last = Last(x), lastUpstream = Last(upstream);
            Tensor result = new(DataType.Float32, ChannelsLastLayout.ShapeOf(y.Shape)), toInput = new(DataType.Float32, last.Shape);
            Tensor toWeights = new(DataType.Float32, weights.Shape), toBias = new(DataType.Float32, bias.Shape);
            convolution.Forward(last, weights, bias, result);
            convolution.BackToInput(lastUpstream, weights, toInput);
            convolution.BackToWeights(last, lastUpstream, toWeights);
            TrainedConvolution.BackToBias(lastUpstream.Floats, toBias.Floats);

            result.ShouldBeClose(Last(y).Floats);
            toInput.ShouldBeClose(Last(expected[0]!).Floats);
            toWeights.ShouldBeClose(expected[1]!.Floats);
            toBias.ShouldBeClose(expected[2]!.Floats);
        }
    }

    [Fact]
    public void All_levels_and_numbers_of_threads_give_the_same_bits()
    {
        var random = new Random(4);
        var window = new SlidingWindow(null, null, null, [1, 1, 1, 1], AutoPadding.None);
        foreach (var groups in new[] { 1, 40 })
        {
            var x = OperatorRun.Random(random, [3, 7, 6, 40]);
            var upstream = OperatorRun.Random(random, [3, 7, 6, 40]);
            var weights = OperatorRun.Random(random, [40, 40 / groups, 3, 3]);
            byte[]? first = null;
            foreach (var (level, threads) in Enum.GetValues<SimdLevel>().SelectMany(level => new[] { (level, 1), (level, 3) }))
            {
                var convolution = new TrainedConvolution(40, 40, groups, window.Over([3, 40, 7, 6], [3, 3]), threads, level);
                Tensor y = new(DataType.Float32, x.Shape), toInput = new(DataType.Float32, x.Shape),
                    toWeights = new(DataType.Float32, weights.Shape);
                convolution.Forward(x, weights, null, y);
                convolution.BackToInput(upstream, weights, toInput);
                convolution.BackToWeights(x, upstream, toWeights);
                byte[] bits = [.. toWeights.Bytes, .. threads > 0 && groups > 1 ? toInput.Bytes : []];
                bits.AsSpan().SequenceEqual(first ??= bits).ShouldBeTrue($"groups {groups}, {level}, {threads} threads");
            }
        }
    }

    static Tensor Last(Tensor image) => new ToChannelsLast().RunOn(image)[0];
}
