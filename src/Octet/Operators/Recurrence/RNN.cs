using Octet.Kernels;

namespace Octet.Operators;

/// <summary>ONNX <c>RNN</c>, since opset 7: <c>h = f(W · x + R · h + biases)</c>.</summary>
sealed record RNN(RecurrentLayout Layout, IReadOnlyList<Func<double, double>> Functions) : Recurrent(Layout)
{
    public static RNN From(Attributes attributes)
    {
        var layout = RecurrentLayout.From(attributes);
        return new(layout, GateFunction.Read(attributes, ["Tanh"], layout.Directions));
    }

    private protected override int Gates => 1;

    private protected override void Step<T>(in RecurrentStep<T> step, Span<T> gates, Span<T> state, Span<T> cell)
    {
        for (var i = 0; i < state.Length; i++)
        {
            gates[i] = Gate<T>(Functions[step.Direction],
                double.CreateTruncating(gates[i]) + step.FromState(i, state) + step.InputBias(i) + step.StateBias(i));
        }
        gates.CopyTo(state);
    }
}

/// <summary>
/// ONNX <c>GRU</c>, since opset 7: an update gate z chooses between the old state and a new one, which a reset gate r lets the old state
/// into. Source: Cho et al. 2014, "Learning Phrase Representations using RNN Encoder-Decoder".
/// </summary>
/// <param name="Layout">What recurrent operators share.</param>
/// <param name="Functions">Of the gates and of the new state, for each direction.</param>
/// <param name="ResetsAfterProduct">Whether r multiplies the product of weights and state (linear_before_reset), rather than the
/// state.</param>
sealed record GRU(RecurrentLayout Layout, IReadOnlyList<Func<double, double>> Functions, bool ResetsAfterProduct) : Recurrent(Layout)
{
    public static GRU From(Attributes attributes)
    {
        var layout = RecurrentLayout.From(attributes);
        return new(layout, GateFunction.Read(attributes, ["Sigmoid", "Tanh"], layout.Directions), attributes.Flag("linear_before_reset"));
    }

    private protected override int Gates => 3;

    private protected override void Step<T>(in RecurrentStep<T> step, Span<T> gates, Span<T> state, Span<T> cell)
    {
        var (hidden, f, g) = (state.Length, Functions[2 * step.Direction], Functions[2 * step.Direction + 1]);
        using var scratch = new Scratch<T>(hidden);
        var shown = scratch.Span;
        for (var i = 0; i < 2 * hidden; i++)
        {
            gates[i] = Gate<T>(f, double.CreateTruncating(gates[i]) + step.FromState(i, state) + step.InputBias(i) + step.StateBias(i));
        }
        for (var i = 0; i < hidden; i++) shown[i] = ResetsAfterProduct ? state[i] : gates[hidden + i] * state[i];
        for (var i = 0; i < hidden; i++)
        {
            var row = 2 * hidden + i;
            var fromState = step.FromState(row, shown) + step.StateBias(row);
            if (ResetsAfterProduct) fromState *= double.CreateTruncating(gates[hidden + i]);
            gates[row] = Gate<T>(g, double.CreateTruncating(gates[row]) + fromState + step.InputBias(row));
        }
        for (var i = 0; i < hidden; i++) state[i] = (T.One - gates[i]) * gates[2 * hidden + i] + gates[i] * state[i];
    }
}
