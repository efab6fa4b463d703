using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>LSTM</c>, since opset 7: a cell that gates write to (i), keep (f) and show (o). Source: Hochreiter and Schmidhuber 1997, "Long
/// Short-Term Memory".
/// </summary>
/// <remarks>Beyond the inputs of <see cref="Recurrent"/>: initial cells, and weights [directions, 3 · hidden] from the cell to i, o and f.
/// Third output: the last cells.</remarks>
/// <param name="Layout">What recurrent operators share.</param>
/// <param name="Functions">Of the gates, of the cell's input and of its output, for each direction.</param>
/// <param name="ForgetsWhatItWrites">Whether f is 1 − i (input_forget).</param>
sealed record LSTM(RecurrentLayout Layout, IReadOnlyList<Func<double, double>> Functions, bool ForgetsWhatItWrites) : Recurrent(Layout)
{
    public static LSTM From(Attributes attributes)
    {
        var layout = RecurrentLayout.From(attributes);
        return new(layout, GateFunction.Read(attributes, ["Sigmoid", "Tanh", "Tanh"], layout.Directions), attributes.Flag("input_forget"));
    }

    private protected override int Gates => 4;

    private protected override int States => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        Check(inputs, 7, [Layout.Directions, 3 * Layout.HiddenSize]);
        return base.Infer(inputs);
    }

    private protected override void Step<T>(in RecurrentStep<T> step, Span<T> gates, Span<T> state, Span<T> cell)
    {
        var hidden = state.Length;
        var (f, g, h) = (Functions[3 * step.Direction], Functions[3 * step.Direction + 1], Functions[3 * step.Direction + 2]);
        // In the order i, o, f, c; all of them read the state as it was.
        for (var row = 0; row < gates.Length; row++)
        {
            gates[row] = T.CreateTruncating(double.CreateTruncating(gates[row]) + step.FromState(row, state) + step.InputBias(row)
                + step.StateBias(row));
        }
        for (var i = 0; i < hidden; i++)
        {
            double At(Span<T> gates, int gate) => double.CreateTruncating(gates[gate * hidden + i]);
            var write = Gate<T>(f, At(gates, 0) + step.FromCell(i, cell[i]));
            var keep = ForgetsWhatItWrites ? T.One - write : Gate<T>(f, At(gates, 2) + step.FromCell(2 * hidden + i, cell[i]));
            cell[i] = keep * cell[i] + write * Gate<T>(g, At(gates, 3));
            var show = Gate<T>(f, At(gates, 1) + step.FromCell(hidden + i, cell[i]));
            state[i] = show * T.CreateTruncating(h(double.CreateTruncating(cell[i])));
        }
    }
}
