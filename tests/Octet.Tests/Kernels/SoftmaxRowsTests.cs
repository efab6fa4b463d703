using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class SoftmaxRowsTests
{
    [Fact]
    public void Equals_its_definition_at_every_length_around_the_vector_width()
    {
        var random = new Random(21);
        for (var length = 1; length <= 130; length++)
        {
            var x = random.Values(2 * length);
            for (var i = 0; i < x.Length; i++) x[i] *= 30;
            var y = (float[])x.Clone();

            SoftmaxRows.Run<float>(y, y, length, inner: 1, logarithm: false);

            for (var i = 0; i < x.Length; i++)
            {
                var row = x.Skip(i / length * length).Take(length).Select(value => (double)value).ToArray();
                var expected = Math.Exp(x[i] - row.Max()) / row.Sum(value => Math.Exp(value - row.Max()));
                // What is rounded off a difference of up to 60 shows in its exponential.
                ((double)y[i]).ShouldBe(expected, 4e-6 * expected + 1e-37, $"length {length}, element {i}");
            }
        }
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void What_is_no_share_makes_the_whole_row_no_number(float odd)
    {
        var x = Enumerable.Range(0, 40).Select(i => i == 35 ? odd : i).ToArray();

        SoftmaxRows.Run<float>(x, x, count: 20, inner: 1, logarithm: false);

        x.Take(20).ShouldAllBe(y => y >= 0 && y <= 1);
        x.Skip(20).ShouldAllBe(y => float.IsNaN(y));
    }

    [Fact]
    public void Elements_at_minus_infinity_get_no_share()
    {
        var y = new float[19];
        var x = Enumerable.Range(0, 19).Select(i => i % 2 == 0 ? 1f : float.NegativeInfinity).ToArray();

        SoftmaxRows.Run<float>(x, y, count: 19, inner: 1, logarithm: false);

        for (var i = 0; i < y.Length; i++) y[i].ShouldBe(i % 2 == 0 ? 0.1f : 0f, 1e-7f);
    }
}
