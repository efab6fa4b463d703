using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>Holds the gradient of an operator against finite differences, in float64.</summary>
static class GradientCheck
{
    const double Step = 1e-5;

    /// <summary>
    /// Runs the operator forwards and backwards with a random gradient of its outputs, and compares each element of each gradient with
    /// <c>Σ upstream · (y(x + h) − y(x − h)) / 2h</c>.
    /// </summary>
    /// <param name="op">The operator.</param>
    /// <param name="inputs">Its inputs; those of float64 are differentiated, as far as the operator has gradients for them.</param>
    /// <param name="outputs">How many outputs to differentiate.</param>
    public static void Run(Operator op, Tensor?[] inputs, int outputs = 1)
    {
        var facts = op.Gradient.ShouldNotBeNull(op.OpType);
        var results = Outputs(op, inputs, outputs);
        var upstream = results.Select((result, i) => Doubles(new Random(7 + i), result.Shape)).ToArray();
        var gradients = Gradients(op, inputs, results, upstream);
        for (var input = 0; input < Math.Min(inputs.Length, facts.Inputs); input++)
        {
            if (inputs[input] is not { Type: DataType.Float64 } x) continue;
            for (var i = 0; i < x.Length; i++)
            {
                var expected = Slope(op, inputs, x, i, upstream);
                gradients[input]!.AsSpan<double>()[i]
                    .ShouldBe(expected, 1e-6 * (1 + Math.Abs(expected)), $"{op.OpType}: element {i} of the gradient of input {input}");
            }
        }
    }

    /// <summary>The gradients of all inputs that have one; operands that the operator says it does not read are really left out.</summary>
    public static Tensor?[] Gradients(Operator op, Tensor?[] inputs, Tensor[] outputs, Tensor?[] upstream)
    {
        var facts = op.Gradient.ShouldNotBeNull(op.OpType);
        TensorInfo[] infos = [.. inputs.Select(input => input is null ? null! : new TensorInfo(input.Type, input.Shape))];
        var gradients = inputs.Select((input, i) => i < facts.Inputs && input is { Type.IsFloat: true } ? Used(input) : null).ToArray();
        var read = inputs.Select((input, i) => facts.Reads.HasFlag(GradientReads.Inputs) || gradients[i] is null ? input : null).ToArray();
        op.Backward(new(infos, read!, facts.Reads.HasFlag(GradientReads.Outputs) ? outputs : [.. outputs.Select(_ => (Tensor)null!)],
            upstream!, gradients!));
        return gradients;
    }

    public static Tensor Doubles(Random random, Shape shape, double low = -2, double high = 2) =>
        Tensor.Of<double>(shape, [.. Enumerable.Range(0, shape.Length).Select(_ => low + (high - low) * random.NextDouble())]);

    static double Slope(Operator op, Tensor?[] inputs, Tensor x, int element, Tensor[] upstream)
    {
        var kept = x.AsSpan<double>()[element];
        x.AsSpan<double>()[element] = kept + Step;
        var above = Total(Outputs(op, inputs, upstream.Length), upstream);
        x.AsSpan<double>()[element] = kept - Step;
        var below = Total(Outputs(op, inputs, upstream.Length), upstream);
        x.AsSpan<double>()[element] = kept;
        return (above - below) / (2 * Step);
    }

    static double Total(Tensor[] outputs, Tensor[] upstream) =>
        outputs.Zip(upstream)
        .Sum(pair => Enumerable.Range(0, pair.First.Length).Sum(i => pair.First.AsSpan<double>()[i] * pair.Second.AsSpan<double>()[i]));

    static Tensor[] Outputs(Operator op, Tensor?[] inputs, int count)
    {
        var infos = op.Infer([.. inputs.Select(input => input is null ? null! : TensorInfo.Of(input))]);
        var outputs = infos.Take(count).Select(info => new Tensor(info.Type, info.Shape)).ToArray();
        op.Run(inputs!, outputs);
        return outputs;
    }

    /// <summary>A tensor like another that holds what nobody should rely on.</summary>
    static Tensor Used(Tensor like)
    {
        var tensor = new Tensor(like.Type, like.Shape);
        tensor.Bytes.Fill(0xA5);
        return tensor;
    }
}
