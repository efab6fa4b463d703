using Octet.Graphs;
using Octet.Operators;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.Tests.Steps;

public sealed class ErrorCompensationTests
{
    const int Depth = 12;
    const int Rows = 5;

    readonly Random _random = new(3);

    [Fact]
    public void What_is_made_of_noisy_inputs_comes_nearer_to_what_is_made_of_the_real_ones()
    {
        // Three directions and noise in all twelve: most of the noise can be told from the signal.
        var directions = Numbers(3 * Depth);
        var (real, noisy) = (Samples(64), Array.Empty<Tensor>());
        foreach (var sample in real)
        {
            for (var row = 0; row < 50; row++)
            {
                var mixture = Numbers(3);
                for (var i = 0; i < Depth; i++)
                    sample.Floats[row * Depth + i] = Enumerable.Range(0, 3).Sum(k => mixture[k] * directions[k * Depth + i]);
            }
        }
        noisy = Array.ConvertAll(real, Noisy);
        var weights = Numbers(Rows * Depth);
        var moved = Compensated(weights, noisy[..48], real[..48]);

        Error(weights, moved, noisy[48..], real[48..]).ShouldBeLessThan(0.5 * Error(weights, weights, noisy[48..], real[48..]));
    }

    [Fact]
    public void The_weights_solve_their_equations()
    {
        var real = Samples(4);
        var noisy = Array.ConvertAll(real, Noisy);
        var weights = Numbers(Rows * Depth);
        var moved = Compensated(weights, noisy, real);

        // What is left of W' (M + λ I) − W (M + D + λ I) says the same λ for all weights, and a positive one.
        var moments = Moments(weights, noisy, real);
        var ridges = Enumerable.Range(0, weights.Length).Select(at =>
        {
            var (row, column) = Math.DivRem(at, Depth);
            var difference = Enumerable.Range(0, Depth).Sum(k =>
                (double)weights[row * Depth + k] * moments.Drift[k * Depth + column]
                - ((double)moved[row * Depth + k] - weights[row * Depth + k]) * moments.Products[k * Depth + column]);
            return difference / (moved[at] - weights[at]);
        }).ToArray();
        ridges.Average().ShouldBeGreaterThan(0);
        ridges.ShouldAllBe(ridge => Math.Abs(ridge / ridges.Average() - 1) < 0.05);
    }

    [Fact]
    public void Weights_stay_where_one_half_of_the_samples_says_nothing_of_the_other()
    {
        // Noise that goes against the signal in one half and with it in the other.
        var real = Samples(8);
        var noisy = real.Index()
            .Select(sample =>
                Tensor.Of<float>([50, Depth],
                    Array.ConvertAll(sample.Item.Floats.ToArray(), element => element * (sample.Index < 4 ? 0.8f : 1.25f)))).ToArray();
        var weights = Numbers(Rows * Depth);

        Compensated(weights, noisy, real).ShouldBe(weights);
    }

    [Fact]
    public void Inputs_as_they_were_leave_weights_as_they_are()
    {
        var real = Samples(4);
        var weights = Numbers(Rows * Depth);

        Compensated(weights, real, real).ShouldBe(weights);
        Tensor[] nothing = [new(DataType.Float32, [50, Depth]), new(DataType.Float32, [50, Depth])];
        Compensated(weights, nothing, nothing).ShouldBe(weights);
    }

    static float[] Compensated(float[] weights, Tensor[] inputs, Tensor[] wanted)
    {
        float[] moved = [.. weights];
        var half = inputs.Length / 2;
        var (first, second) = (Moments(weights, inputs[..half], wanted[..half]), Moments(weights, inputs[half..], wanted[half..]));
        ErrorCompensation.Apply(moved, Rows, first, second, first + second, threads: 2);
        return moved;
    }

    static InputMoments Moments(float[] weights, Tensor[] inputs, Tensor[] wanted)
    {
        var graph = new Graph { Name = "layer", Opsets = { [""] = 13 } };
        var layer = graph.Add(new Gemm(1, 1, TransposeA: false, TransposeB: true),
            [graph.AddInput("x", DataType.Float32, new SymbolicShape(50, Depth)),
                graph.AddConstant("w", Tensor.Of<float>([Rows, Depth], weights))], [graph.NewValue("y")]);
        return InputMoments.Of(layer.AsProduct()!, group: 0, inputs, wanted, withoutMean: true, threads: 2);
    }

    /// <summary>The mean squared error of W' x for W x', without its mean.</summary>
    static double Error(float[] weights, float[] moved, Tensor[] inputs, Tensor[] wanted) => Enumerable.Range(0, Rows).Average(row =>
    {
        var errors = inputs.Zip(wanted).SelectMany(pair => Enumerable.Range(0, 50).Select(at => Enumerable.Range(0, Depth).Sum(k =>
            (double)weights[row * Depth + k] * pair.Second.Floats[at * Depth + k]
            - (double)moved[row * Depth + k] * pair.First.Floats[at * Depth + k]))).ToArray();
        return errors.Average(error => error * error) - errors.Average() * errors.Average();
    });

    static double Distance(float[] first, float[] second) => first.Zip(second, (a, b) => Math.Abs((double)a - b)).Sum();

    Tensor[] Samples(int count) => [.. Enumerable.Range(0, count).Select(_ => Tensor.Of<float>([50, Depth], Numbers(50 * Depth)))];

    Tensor Noisy(Tensor real) =>
        Tensor.Of<float>(real.Shape, [.. real.Floats.ToArray().Zip(Numbers(real.Length), (element, noise) => element + 0.3f * noise)]);

    float[] Numbers(int count) => Array.ConvertAll(new float[count], _ => (float)(_random.NextDouble() * 2 - 1));
}
