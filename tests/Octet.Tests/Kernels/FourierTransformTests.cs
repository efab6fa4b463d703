using System.Numerics;
using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class FourierTransformTests
{
    [Fact]
    public void Equals_its_definition_at_every_length_and_is_undone_by_its_inverse()
    {
        var random = new Random(17);
        for (var length = 1; length <= 67; length++)
        {
            var signal = Enumerable.Range(0, length).Select(_ => new Complex(random.NextDouble() - 0.5, random.NextDouble() - 0.5))
                .ToArray();
            var transform = new FourierTransform(length);

            var spectrum = signal.ToArray();
            transform.Forward(spectrum);
            ShouldBeClose(spectrum, Define(signal), length);

            transform.Inverse(spectrum);
            ShouldBeClose(spectrum, signal, length);
        }
    }

    static Complex[] Define(Complex[] signal) =>
        [.. Enumerable.Range(0, signal.Length)
        .Select(k => signal.Select((x, i) => x * Complex.FromPolarCoordinates(1, -2 * Math.PI * i * k / signal.Length))
            .Aggregate(Complex.Add))];

    static void ShouldBeClose(Complex[] actual, Complex[] expected, int length)
    {
        for (var i = 0; i < expected.Length; i++)
            (actual[i] - expected[i]).Magnitude.ShouldBeLessThan(1e-12 * (1 + length), $"element {i} of {length}");
    }
}
