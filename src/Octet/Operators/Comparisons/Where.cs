using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Where</c>, since opset 9: elements of x where the condition is true and of y where it is not; all three are broadcast,
/// of any type.</summary>
sealed record Where : Operator
{
    public static Where From(Attributes attributes) => new();

    public override bool TakesReducedPrecision => true;

    internal override IntegerForm? InIntegers => new(new QLinearWhere(), OperandOrder.ConditionFirst);

    public override int RequiredInputs => 3;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => inputs.TypeAt(1);

    public override int MaxInputs => 3;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(1, 2);
        return inputs[0].Type == DataType.Bool
            ? [new(inputs[1].Type, Shape.Broadcast(Shape.Broadcast(inputs[0].Shape, inputs[1].Shape), inputs[2].Shape))]
            : throw new OperatorException($"the condition is {inputs[0]}; bool is expected");
    }

    internal override float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) => input > 0 ? 1 : null;

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (inputs[1].Type == DataType.String) ChooseTexts(inputs[0], inputs[1], inputs[2], outputs[0]);
        else TypeDispatch.Bits(inputs[1].Type, new Choice(inputs[0], inputs[1], inputs[2], outputs[0]));
    }

    static void ChooseTexts(Tensor condition, Tensor x, Tensor y, Tensor result)
    {
        var rows = new Broadcast(result.Shape, condition.Shape, x.Shape, y.Shape);
        var step = rows.RowStep;
        foreach (var row in rows)
        {
            for (var i = 0; i < rows.RowLength; i++)
            {
                var isX = condition.AsSpan<bool>()[row.X + i * step.X];
                result.Strings[row.Start + i] = isX ? x.Strings[row.Y + i * step.Y] : y.Strings[row.Z + i * step.Z];
            }
        }
    }

    readonly struct Choice(Tensor condition, Tensor x, Tensor y, Tensor result) : IBitsVisitor
    {
        public void Visit<T>() where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
        {
            var rows = new Broadcast(result.Shape, condition.Shape, x.Shape, y.Shape);
            var (stepCondition, stepX, stepY) = rows.RowStep;
            foreach (var row in rows)
            {
                var conditions = condition.Bytes[row.X..];
                var xs = x.BitsOf<T>()[row.Y..];
                var ys = y.BitsOf<T>()[row.Z..];
                var results = result.BitsOf<T>().Slice(row.Start, rows.RowLength);
                for (int i = 0, atX = 0, atY = 0, at = 0; i < results.Length; i++, at += stepCondition, atX += stepX, atY += stepY)
                {
                    // Arithmetic instead of a jump, because the branch cannot be predicted.
                    var mask = T.Zero - (conditions[at] == 0 ? T.Zero : T.One);
                    results[i] = ys[atY] ^ ((xs[atX] ^ ys[atY]) & mask);
                }
            }
        }
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsNothing;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var (upstream, condition) = (pass.FirstUpstream, pass.Inputs[0]);
        using var terms = new Scratch<T>(upstream.Length);
        for (var input = 1; input < 3; input++)
        {
            if (!pass.Wants(input, out var gradient)) continue;
            var rows = new Broadcast(upstream.Shape, condition.Shape, gradient.Shape);
            foreach (var row in rows)
            {
                for (var i = 0; i < rows.RowLength; i++)
                {
                    var isFirst = condition.AsSpan<bool>()[row.X + i * rows.RowStep.X];
                    terms.Span[row.Start + i] = isFirst == (input == 1) ? upstream.AsSpan<T>()[row.Start + i] : T.Zero;
                }
            }
            BroadcastGradient.SumTo<T>(terms.Span, upstream.Shape, gradient);
        }
    }
}
