using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX Runtime's <c>QLinearConcat</c> (com.microsoft): joins 8-bit integers along an axis, each input rounded to the scale of the result.
/// </summary>
/// <remarks>Inputs: scale and zero point of the result, then for each tensor its integers, scale and zero point.</remarks>
sealed record QLinearConcat(long Axis) : Operator
{
    ByteTable?[]? _tables;

    public static QLinearConcat From(Attributes attributes) => new(attributes.Int("axis"));

    internal override IntegerUse IntegerUse => IntegerUse.Computes;

    internal override RealForm? InReals => new("Concat", OperandOrder.OutputFirst, Tensors: 0);

    public override int RequiredInputs => 5;

    public override bool RequiresAllInputs => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if (inputs.Length % 3 != 2)
        {
            throw new OperatorException($"{inputs.Length} inputs; two for the result and three for each tensor are expected");
        }
        for (var i = 2; i < inputs.Length; i += 3) StepWidth.Check(inputs[i], inputs[i + 1], inputs[i + 2], $"input {i}");
        StepWidth.Check(inputs[2], inputs[0], inputs[1], "the result");
        return new Concat(Axis).Infer(Parts(inputs));
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var result = StepWidth.Of(inputs[0], inputs[1], outputs[0].Type);
        var (shape, axis) = (outputs[0].Shape, outputs[0].Shape.NormalizeAxis(Axis));
        if (shape.Length == 0) return;
        var (rows, rowLength, start) = (shape.LengthOf(0, axis), shape.LengthOf(axis, shape.Rank), 0);
        for (var i = 2; i < inputs.Length; i += 3)
        {
            var (x, part) = (inputs[i], inputs[i].Length / rows);
            var table = _tables is null ? TableOf(StepWidth.Of(inputs[i + 1], inputs[i + 2], x.Type), result) : _tables[i / 3];
            for (var row = 0; row < rows; row++)
            {
                var from = x.Bytes.Slice(row * part, part);
                var to = outputs[0].Bytes.Slice(row * rowLength + start, part);
                if (table is null) from.CopyTo(to);
                else table.Map(from, to);
            }
            start += part;
        }
    }

    internal override Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs)
    {
        var tables = new ByteTable?[inputs.Length / 3];
        for (var i = 2; i < inputs.Length; i += 3)
        {
            if (inputs[0].Value is not { } scale || inputs[1].Value is not { } zeroPoint || !inputs[(i + 1)..(i + 3)].AreKnown(0))
            {
                return this;
            }
            tables[i / 3] = TableOf(StepWidth.Of(inputs[i + 1].Value!, inputs[i + 2].Value, inputs[i].Type),
                StepWidth.Of(scale, zeroPoint, inputs[i].Type));
        }
        return this with { _tables = tables };
    }

    static ByteTable? TableOf(StepWidth from, StepWidth to) => from == to ? null : ByteTables.Between(from, to);

    static TensorInfo[] Parts(ReadOnlySpan<TensorInfo> inputs)
    {
        var parts = new TensorInfo[inputs.Length / 3];
        for (var i = 0; i < parts.Length; i++) parts[i] = inputs[2 + 3 * i];
        return parts;
    }
}

static class ByteTables
{
    /// <summary>The same real values in steps of another width, rounded half to even.</summary>
    public static ByteTable Between(StepWidth from, StepWidth to)
    {
        Span<byte> results = stackalloc byte[256];
        for (var i = 0; i < 256; i++) results[i] = to.Integer(from.Real((byte)i));
        return new(results);
    }
}
