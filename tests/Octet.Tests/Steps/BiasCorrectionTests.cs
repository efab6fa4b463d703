using Octet.Steps;
using Octet.Tensors;

namespace Octet.Tests.Steps;

public sealed class BiasCorrectionTests
{
    [Fact]
    public void A_shift_that_all_elements_of_a_channel_share_is_made_good()
    {
        float[] bias = [1, 2];
        Move([[5, 6, 7, 8]], [[3, 4, 5, 6]], bias);

        // The first channel lacks 1, the second has none too much.
        bias.ShouldBe([2f, 2f]);
    }

    [Fact]
    public void Samples_count_alike()
    {
        float[] bias = [0];
        Move([[1, -1], [1, 1]], [[0, 0], [0, 0]], bias, channels: 1);
        bias.ShouldBe([0.5f]);
    }

    [Fact]
    public void One_large_error_counts_no_more_than_the_mean_magnitude()
    {
        var wanted = Enumerable.Repeat(0f, 99).Append(1000f).ToArray();
        float[] bias = [0];
        Move([wanted], [new float[100]], bias, channels: 1);

        // The mean error is 10, and so is the mean magnitude; as no error counts more, one in a hundred moves the bias by a hundredth of
        // it.
        bias[0].ShouldBe(0.1f, 1e-5f);
    }

    [Fact]
    public void Nothing_moves_where_there_is_nothing_to_see()
    {
        float[] bias = [3];
        BiasCorrection.Move([new(DataType.Float32, [1, 1, 0])], [new(DataType.Float32, [1, 1, 0])], bias, InOrder(1));
        bias.ShouldBe([3f]);
    }

    static void Move(float[][] wanted, float[][] sums, float[] bias, int channels = 2) =>
        BiasCorrection.Move(Tensors(wanted, channels), Tensors(sums, channels), bias, InOrder(wanted.Length));

    static Tensor[] Tensors(float[][] samples, int channels) =>
        Array.ConvertAll(samples, sample => Tensor.Of([1, channels, sample.Length / channels], sample));

    static Action<Action<int>> InOrder(int count) => work =>
    {
        for (var index = 0; index < count; index++) work(index);
    };
}
