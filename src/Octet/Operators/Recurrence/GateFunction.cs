namespace Octet.Operators;

/// <summary>The functions of the gates of recurrent operators, by their names in ONNX.</summary>
static class GateFunction
{
    /// <summary>The functions that a node names, or else the operator's own, once for each direction.</summary>
    /// <param name="attributes">Of the node.</param>
    /// <param name="defaults">What one direction uses if the node names none.</param>
    /// <param name="directions">How many directions there are.</param>
    /// <exception cref="AttributeException">A function is unknown, or there are too few or too many.</exception>
    public static Func<double, double>[] Read(Attributes attributes, string[] defaults, int directions)
    {
        var names = attributes.StringsOrNull("activations") is { Length: > 0 } given
            ? given : [.. Enumerable.Repeat(defaults, directions).SelectMany(list => list)];
        if (names.Length != directions * defaults.Length)
            throw AttributeException.BadValue("activations", string.Join(", ", names), $"{directions * defaults.Length} names");

        // Only functions that take numbers have an entry in their lists, in order.
        var alphas = new Queue<float>(attributes.FloatsOrNull("activation_alpha") ?? []);
        var betas = new Queue<float>(attributes.FloatsOrNull("activation_beta") ?? []);
        return [.. names.Select(name => Of(name, alphas, betas))];
    }

    static Func<double, double> Of(string name, Queue<float> alphas, Queue<float> betas)
    {
        switch (name.ToUpperInvariant())
        {
            case "SIGMOID": return x => 1 / (1 + Math.Exp(-x));
            case "TANH": return Math.Tanh;
            case "RELU": return x => Math.Max(0, x);
            case "SOFTSIGN": return x => x / (1 + Math.Abs(x));
            case "SOFTPLUS": return x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x)));
            case "LEAKYRELU": { var alpha = Next(alphas, 0.01f); return x => x < 0 ? alpha * x : x; }
            case "ELU": { var alpha = Next(alphas, 1); return x => x < 0 ? alpha * (Math.Exp(x) - 1) : x; }
            case "THRESHOLDEDRELU": { var alpha = Next(alphas, 1); return x => x > alpha ? x : 0; }
            case "HARDSIGMOID":
                { var (alpha, beta) = (Next(alphas, 0.2f), Next(betas, 0.5f)); return x => Math.Clamp(alpha * x + beta, 0, 1); }
            case "AFFINE": { var (alpha, beta) = (Next(alphas, 1), Next(betas, 0)); return x => alpha * x + beta; }
            case "SCALEDTANH": { var (alpha, beta) = (Next(alphas, 1), Next(betas, 1)); return x => alpha * Math.Tanh(beta * x); }
            default: throw AttributeException.BadValue("activations", name, "the names of activations in ONNX");
        }
    }

    static double Next(Queue<float> numbers, float fallback) => numbers.TryDequeue(out var number) ? number : fallback;
}
