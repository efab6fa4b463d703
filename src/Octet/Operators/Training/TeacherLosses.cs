using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// How far scores are from those of a teacher: <c>T² · KL(softmax(teacher / T) ‖ softmax(student / T))</c>, the mean over all places.
/// Octet's own operator.
/// </summary>
/// <remarks>Inputs: scores [N, C, …] of the student, and of the teacher. Output: one number. Source: Hinton et al. 2015,
/// arXiv:1503.02531.</remarks>
/// <param name="Temperature">T; greater than zero. Large ones let small scores count too.</param>
sealed record ScoreDistance(double Temperature) : RealOperator
{
    public override int RequiredInputs => 2;

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return inputs[0].Shape == inputs[1].Shape && inputs[0].Shape.Rank >= 2
            ? [new(inputs[0].Type, Shape.Scalar)]
            : throw new ShapeException($"scores are [N, C, …] and those of the teacher alike, but they are {inputs[0].Shape} "
                + $"and {inputs[1].Shape}");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var cut = AxisCut.At(inputs[0].Shape, 1);
        using var student = new Scratch<T>(inputs[0].Length);
        using var teacher = new Scratch<T>(inputs[0].Length);
        using var cooled = new Scratch<T>(inputs[0].Length);
        Logarithms<T>(inputs[0], cut, cooled.Span, student.Span);
        Logarithms<T>(inputs[1], cut, cooled.Span, teacher.Span);
        var sum = 0.0;
        for (var i = 0; i < inputs[0].Length; i++)
        {
            var logarithm = double.CreateTruncating(teacher.Span[i]);
            sum += Math.Exp(logarithm) * (logarithm - double.CreateTruncating(student.Span[i]));
        }
        outputs[0].AsSpan<T>()[0] = T.CreateTruncating(Temperature * Temperature * sum / Places(cut));
    }

    /// <summary><c>T · (softmax(student / T) − softmax(teacher / T))</c>.</summary>
    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var cut = AxisCut.At(gradient.Shape, 1);
        using var teacher = new Scratch<T>(gradient.Length);
        using var cooled = new Scratch<T>(gradient.Length);
        var factor = T.CreateTruncating(1 / Temperature);
        TensorPrimitives.Multiply(pass.Inputs[0].AsSpan<T>(), factor, cooled.Span);
        SoftmaxRows.Run<T>(cooled.Span, gradient.AsSpan<T>(), cut.Count, cut.Inner, logarithm: false);
        TensorPrimitives.Multiply(pass.Inputs[1].AsSpan<T>(), factor, cooled.Span);
        SoftmaxRows.Run<T>(cooled.Span, teacher.Span, cut.Count, cut.Inner, logarithm: false);
        TensorPrimitives.Subtract<T>(gradient.AsSpan<T>(), teacher.Span, gradient.AsSpan<T>());
        TensorPrimitives.Multiply(gradient.AsSpan<T>(), pass.FirstUpstream.AsSpan<T>()[0] * T.CreateTruncating(Temperature / Places(cut)),
            gradient.AsSpan<T>());
    }

    void Logarithms<T>(Tensor scores, AxisCut cut, Span<T> cooled, Span<T> result)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Multiply(scores.AsSpan<T>(), T.CreateTruncating(1 / Temperature), cooled);
        SoftmaxRows.Run<T>(cooled, result, cut.Count, cut.Inner, logarithm: true);
    }

    static double Places(AxisCut cut) => Math.Max(1, cut.Outer * cut.Inner);
}

/// <summary>
/// How far values are from those of a teacher: <c>mean((student − teacher)²) / variance(teacher)</c>; for boxes, masks and other
/// regressions. Octet's own operator.
/// </summary>
/// <remarks>Inputs: values of the student, and of the teacher, of one shape. Output: one number; 1 is as bad as a student that always gives
/// the mean.</remarks>
sealed record ValueDistance : RealOperator
{
    /// <summary>Outputs that hardly vary are not blown up.</summary>
    const double MinVariance = 1e-12;

    public override int RequiredInputs => 2;

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1);
        return inputs[0].Shape == inputs[1].Shape
            ? [new(inputs[0].Type, Shape.Scalar)]
            : throw new ShapeException($"the teacher's values are of the same shape, but they are {inputs[0].Shape} and {inputs[1].Shape}");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var sum = 0.0;
        for (var i = 0; i < inputs[0].Length; i++)
        {
            var distance = double.CreateTruncating(inputs[0].AsSpan<T>()[i] - inputs[1].AsSpan<T>()[i]);
            sum += distance * distance;
        }
        outputs[0].AsSpan<T>()[0] = T.CreateTruncating(sum / (Variance<T>(inputs[1]) * Math.Max(1, inputs[0].Length)));
    }

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        TensorPrimitives.Subtract<T>(pass.Inputs[0].AsSpan<T>(), pass.Inputs[1].AsSpan<T>(), gradient.AsSpan<T>());
        var factor = T.CreateTruncating(2 / (Variance<T>(pass.Inputs[1]) * Math.Max(1, gradient.Length)));
        TensorPrimitives.Multiply(gradient.AsSpan<T>(), pass.FirstUpstream.AsSpan<T>()[0] * factor, gradient.AsSpan<T>());
    }

    static double Variance<T>(Tensor teacher) where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> => teacher.Length == 0
        ? MinVariance
        : Math.Max(MinVariance, double.CreateTruncating(RowStatistics.MeanAndVariance<T>(teacher.AsSpan<T>()).Variance));
}
