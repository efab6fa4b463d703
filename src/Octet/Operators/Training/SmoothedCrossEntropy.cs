using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// The loss of classification and of segmentation: for each place, minus the logarithm of the probability of the right class, of which a
/// share is spread over all classes; the mean over all places that count. Octet's own operator.
/// </summary>
/// <remarks>Inputs: scores [N, C, …], right classes [N, …] as integers. Output: one number. Source of the smoothing: Szegedy et al. 2015,
/// arXiv:1512.00567, section 7.</remarks>
/// <param name="Smoothing">The share that goes to all classes alike; 0 to below 1.</param>
/// <param name="IgnoredClass">A number that says that a place does not count, whatever number it is; null for none.</param>
sealed record SmoothedCrossEntropy(double Smoothing, long? IgnoredClass) : RealOperator
{
    public override int RequiredInputs => 2;

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 1);

    ClassificationLoss Plain => new(LossReduction.Sum, IgnoredClass);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [Plain.Infer(inputs)];

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var cut = AxisCut.At(inputs[0].Shape, 1);
        using var logarithms = new Scratch<T>(inputs[0].Length);
        SoftmaxRows.Run<T>(inputs[0].AsSpan<T>(), logarithms.Span, cut.Count, cut.Inner, logarithm: true);
        Plain.Run<T>(logarithms.Span, inputs, outputs[0]);
        var loss = (1 - Smoothing) * double.CreateTruncating(outputs[0].AsSpan<T>()[0]);
        for (var place = 0; place < inputs[1].Length && Smoothing > 0; place++)
        {
            if (ClassAt(inputs[1], place) == IgnoredClass) continue;
            var first = place / cut.Inner * cut.Count * cut.Inner + place % cut.Inner;
            for (var i = 0; i < cut.Count; i++)
                loss -= Smoothing / cut.Count * double.CreateTruncating(logarithms.Span[first + i * cut.Inner]);
        }
        outputs[0].AsSpan<T>()[0] = T.CreateTruncating(loss / Count(inputs[1]));
    }

    /// <summary>The probabilities less what they should be.</summary>
    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var (cut, classes) = (AxisCut.At(gradient.Shape, 1), pass.Inputs[1]);
        SoftmaxRows.Run<T>(pass.Inputs[0].AsSpan<T>(), gradient.AsSpan<T>(), cut.Count, cut.Inner, logarithm: false);
        var (spread, share) = (T.CreateTruncating(Smoothing / cut.Count), T.CreateTruncating(1 - Smoothing));
        for (var place = 0; place < classes.Length; place++)
        {
            var first = place / cut.Inner * cut.Count * cut.Inner + place % cut.Inner;
            var right = ClassAt(classes, place);
            for (var i = 0; i < cut.Count; i++)
            {
                ref var element = ref gradient.AsSpan<T>()[first + i * cut.Inner];
                element = right == IgnoredClass ? T.Zero : element - spread - (i == right ? share : T.Zero);
            }
        }
        TensorPrimitives.Multiply(gradient.AsSpan<T>(), pass.FirstUpstream.AsSpan<T>()[0] / T.CreateChecked(Count(classes)),
            gradient.AsSpan<T>());
    }

    /// <summary>How many places count; 1 where none does, so that the loss is 0.</summary>
    int Count(Tensor classes)
    {
        var count = 0;
        for (var place = 0; place < classes.Length; place++) count += ClassAt(classes, place) == IgnoredClass ? 0 : 1;
        return Math.Max(1, count);
    }

    static long ClassAt(Tensor classes, int place) => classes.Type == DataType.Int64 ? classes.Longs[place] : classes.AsSpan<int>()[place];
}
