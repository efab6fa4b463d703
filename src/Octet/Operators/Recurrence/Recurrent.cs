using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>What the attributes of RNN, GRU and LSTM have in common.</summary>
/// <param name="HiddenSize">Elements of the hidden state.</param>
/// <param name="Direction">forward, reverse or bidirectional.</param>
/// <param name="Clip">Bounds what goes into the functions of the gates; infinite for no bounds.</param>
/// <param name="BatchIsOuter">Whether the batch comes before the sequence (layout 1).</param>
sealed record RecurrentLayout(int HiddenSize, string Direction, double Clip, bool BatchIsOuter)
{
    public int Directions => Direction == "bidirectional" ? 2 : 1;

    public static RecurrentLayout From(Attributes attributes)
    {
        var hidden = attributes.Int("hidden_size");
        if (hidden is < 1 or > 1 << 24) throw AttributeException.BadValue("hidden_size", hidden, "1 and more");
        var direction = attributes.String("direction", fallback: "forward");
        if (direction is not ("forward" or "reverse" or "bidirectional"))
            throw AttributeException.BadValue("direction", direction, "forward, reverse, bidirectional");
        return new((int)hidden, direction, attributes.Float("clip", fallback: float.PositiveInfinity), attributes.Flag("layout"));
    }

    /// <summary>Whether a direction runs from the end of the sequence to its start.</summary>
    public bool IsBackwards(int direction) => Direction == "reverse" || direction == 1;
}

/// <summary>RNN, GRU and LSTM: an operator that goes along a sequence and keeps a state.</summary>
/// <remarks>
/// Inputs: x [length, batch, size]; weights [directions, gates · hidden, size] and [directions, gates · hidden, hidden]; optionally biases
/// [directions, 2 · gates · hidden], lengths of the sequences, int32 [batch], and initial states [directions, batch, hidden].
/// Outputs: the hidden state after each step, [length, directions, batch, hidden], zeros behind the end of a sequence, and the last states.
/// float32 and float64.
/// </remarks>
abstract record Recurrent(RecurrentLayout Layout) : RealOperator
{
    /// <summary>How many gates there are; each has its rows in the weights.</summary>
    private protected abstract int Gates { get; }

    /// <summary>1, or 2 if there is a cell state too.</summary>
    private protected virtual int States => 1;

    public override int RequiredInputs => 3;

    public override int MaxOutputs => 3;

    public override bool MayOmitFirstOutput => true;

    /// <summary>Each element of a step, and of the state before it, times its weight for each gate.</summary>
    public override long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs[0].Shape is { IsKnown: true, Rank: 3 } x
        ? (long)x[0] * x[1] * Layout.Directions * Gates * Layout.HiddenSize * (x[2] + Layout.HiddenSize) : null;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs[0].Shape.Length * (inputs[1].Shape.Length + (double)inputs[2].Shape.Length);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2, 3, 5, 6, 7);
        inputs.RequireType(4, DataType.Int32);
        var x = inputs[0].Shape;
        if (x.Rank != 3) throw new ShapeException($"x has three dimensions, but this one is {x}");
        var (length, batch) = Layout.BatchIsOuter ? (x[1], x[0]) : (x[0], x[1]);
        var (directions, hidden) = (Layout.Directions, Layout.HiddenSize);
        var rows = (long)Gates * hidden;
        Shape state = Layout.BatchIsOuter ? [batch, directions, hidden] : [directions, batch, hidden];
        Check(inputs, 1, Shape.From([directions, rows, x[2]]));
        Check(inputs, 2, Shape.From([directions, rows, hidden]));
        Check(inputs, 3, Shape.From([directions, 2 * rows]));
        Check(inputs, 4, [batch]);
        for (var i = 0; i < States; i++) Check(inputs, 5 + i, state);
        // Where the gates of all steps are computed at once.
        _ = Shape.From([sizeof(double), length, batch, rows]);
        var type = inputs[0].Type;
        Shape steps = Layout.BatchIsOuter ? [batch, length, directions, hidden] : [length, directions, batch, hidden];
        return [new(type, steps), .. Enumerable.Repeat(new TensorInfo(type, state), States)];
    }

    private protected static void Check(ReadOnlySpan<TensorInfo> inputs, int index, Shape expected)
    {
        if (inputs.Optional(index) is { } input && input.Shape != expected)
            throw new ShapeException($"input {index} is {input.Shape}, but {expected} is expected");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        outputs.Optional(0)?.Bytes.Clear();
        for (var direction = 0; direction < Layout.Directions; direction++) RunDirection<T>(direction, inputs, outputs);
    }

    unsafe void RunDirection<T>(int direction, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var (x, hidden) = (inputs[0], Layout.HiddenSize);
        var (length, batch, size) = Layout.BatchIsOuter ? (x.Shape[1], x.Shape[0], x.Shape[2]) : (x.Shape[0], x.Shape[1], x.Shape[2]);
        var rows = Gates * hidden;
        using var fromInput = new Scratch<T>(length * batch * rows);
        var weights = new MatrixView<T>(inputs[1].Pointer<T>() + (nint)direction * rows * size, 1, size);
        MatrixProduct.Multiply(length * batch, rows, size, new MatrixView<T>(x.Pointer<T>(), size), weights, bias: null, fromInput.Pointer,
            rows);

        using var stateScratch = new Scratch<T>(States * hidden);
        var step = new RecurrentStep<T>(
            inputs[2].AsSpan<T>().Slice(direction * rows * hidden, rows * hidden),
            inputs.Optional(3) is { } biases ? biases.AsSpan<T>().Slice(direction * 2 * rows, 2 * rows) : [],
            inputs.Optional(7) is { } peepholes ? peepholes.AsSpan<T>().Slice(direction * 3 * hidden, 3 * hidden) : [], direction);
        for (var sample = 0; sample < batch; sample++)
        {
            var states = stateScratch.Span;
            var place = (Layout.BatchIsOuter ? sample * Layout.Directions + direction : direction * batch + sample) * hidden;
            for (var i = 0; i < States; i++)
            {
                if (inputs.Optional(5 + i) is { } initial) initial.AsSpan<T>().Slice(place, hidden).CopyTo(states[(i * hidden)..]);
                else states.Slice(i * hidden, hidden).Clear();
            }
            var steps = inputs.Optional(4) is { } lengths ? Math.Clamp(lengths.AsSpan<int>()[sample], 0, length) : length;
            for (var t = 0; t < steps; t++)
            {
                var time = Layout.IsBackwards(direction) ? steps - 1 - t : t;
                var row = Layout.BatchIsOuter ? sample * length + time : time * batch + sample;
                Step(step, fromInput.Span.Slice(row * rows, rows), states[..hidden], states[hidden..]);
                if (outputs.Optional(0) is not { } all) continue;
                var at = Layout.BatchIsOuter
                    ? (sample * length + time) * Layout.Directions + direction : (time * Layout.Directions + direction) * batch + sample;
                states[..hidden].CopyTo(all.AsSpan<T>()[(at * hidden)..]);
            }
            for (var i = 0; i < States; i++)
            {
                if (outputs.Optional(1 + i) is { } last) states.Slice(i * hidden, hidden).CopyTo(last.AsSpan<T>()[place..]);
            }
        }
    }

    /// <summary>One step of one sequence.</summary>
    /// <param name="step">Weights and biases of the direction.</param>
    /// <param name="gates">What the input adds to each gate, [gates · hidden], without biases; may be overwritten.</param>
    /// <param name="state">The hidden state; changes in place.</param>
    /// <param name="cell">The cell state, if there is one; changes in place.</param>
    private protected abstract void Step<T>(in RecurrentStep<T> step, Span<T> gates, Span<T> state, Span<T> cell)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>;

    /// <summary>A gate's function of what goes into it.</summary>
    private protected T Gate<T>(Func<double, double> function, double x) where T : System.Numerics.INumber<T> =>
        T.CreateTruncating(function(Math.Max(-Layout.Clip, Math.Min(Layout.Clip, x))));
}

/// <summary>Weights [gates · hidden, hidden] for the state, biases of input and state, and weights from the cell to the gates, of one
/// direction.</summary>
readonly ref struct RecurrentStep<T>(ReadOnlySpan<T> weights, ReadOnlySpan<T> biases, ReadOnlySpan<T> peepholes, int direction)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    readonly ReadOnlySpan<T> _weights = weights;
    readonly ReadOnlySpan<T> _biases = biases;
    readonly ReadOnlySpan<T> _peepholes = peepholes;

    public int Direction { get; } = direction;

    /// <summary>What the state adds to a row of a gate, without bias.</summary>
    public double FromState(int row, ReadOnlySpan<T> state) =>
        double.CreateTruncating(TensorPrimitives.Dot(_weights.Slice(row * state.Length, state.Length), state));

    public double InputBias(int row) => _biases.IsEmpty ? 0 : double.CreateTruncating(_biases[row]);

    public double StateBias(int row) => _biases.IsEmpty ? 0 : double.CreateTruncating(_biases[_biases.Length / 2 + row]);

    /// <summary>What the cell adds to a gate; 0 where there are no such weights.</summary>
    public double FromCell(int row, T cell) => _peepholes.IsEmpty ? 0 : double.CreateTruncating(_peepholes[row] * cell);
}
