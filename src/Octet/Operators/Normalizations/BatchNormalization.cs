using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>BatchNormalization</c> with statistics that are given, since opset 1: for each channel
/// <c>y = (x − mean) / sqrt(variance + epsilon) · scale + bias</c>.
/// </summary>
/// <remarks>
/// Inputs: x [batch, channels, …], then scale, bias, mean and variance, [channels] each. float32 and float64.
/// Computed as <c>x · k + (bias − mean · k)</c> with <c>k = scale / sqrt(variance + epsilon)</c>.
/// </remarks>
sealed record BatchNormalization(float Epsilon) : RealOperator
{
    public override bool IsNormalization => true;

    /// <summary>Since opset 14 an attribute says whether the statistics come from the batch.</summary>
    public static Operator From(Attributes attributes) =>
        attributes.Flag("training_mode")
        ? TrainingBatchNormalization.From(attributes) : new BatchNormalization(attributes.Float("epsilon", fallback: 1e-5f));

    /// <summary>Before, the number of outputs said so; and up to opset 8 each position could have statistics of its own.</summary>
    public static Operator LegacyFrom(Attributes attributes) =>
        attributes.OutputCount > 1
        ? new UnsupportedOperator("BatchNormalization", "", "its training form is supported since opset 14; convert the model")
        : attributes.Flag("spatial", fallback: true) ? new BatchNormalization(attributes.Float("epsilon", fallback: 1e-5f))
        : new PositionBatchNormalization(attributes.Float("epsilon", fallback: 1e-5f));

    public override int RequiredInputs => 5;

    public override int MaxOutputs => 5;

    internal override void CheckConstants(ReadOnlySpan<TensorInfo?> inputs)
    {
        var lengths = new List<int>();
        for (var i = 1; i < Math.Min(5, inputs.Length); i++)
        {
            if (inputs[i] is not { } parameter) continue;
            if (parameter.Shape.Rank != 1)
                throw new ShapeException($"input {i} has shape {parameter.Shape}; one element for each channel is expected");
            lengths.Add(parameter.Shape.Length);
        }
        if (lengths.Distinct().Count() > 1)
            throw new ShapeException($"scale, bias, mean and variance have one element for each channel, but there "
                + $"are {string.Join(", ", lengths)}");
    }

    public override int MaxInputs => 5;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        CheckParameters(inputs);
        return [new(inputs[0].Type, inputs[0].Shape)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var layout = ChannelsOf(inputs[0].Shape);
        using var factorScratch = new Scratch<T>(layout.Count);
        using var offsetScratch = new Scratch<T>(layout.Count);
        var factors = factorScratch.Span;
        var offsets = offsetScratch.Span;
        Lines<T>(inputs[1..], factors, offsets);

        for (var row = 0; row < layout.Outer * layout.Count; row++)
        {
            var (start, channel) = (row * layout.Inner, row % layout.Count);
            var y = outputs[0].AsSpan<T>().Slice(start, layout.Inner);
            RowStatistics.Scale<T>(inputs[0].AsSpan<T>().Slice(start, layout.Inner), y, factors[channel], offsets[channel]);
        }
    }

    /// <summary>What each channel is multiplied with, and what is then added.</summary>
    /// <param name="parameters">Scale, bias, mean and variance, [channels] each.</param>
    /// <param name="factors">[channels].</param>
    /// <param name="offsets">[channels].</param>
    internal void Lines<T>(ReadOnlySpan<Tensor> parameters, Span<T> factors, Span<T> offsets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (var channel = 0; channel < factors.Length; channel++)
        {
            factors[channel] = parameters[0].AsSpan<T>()[channel] / T.Sqrt(parameters[3].AsSpan<T>()[channel] + T.CreateChecked(Epsilon));
            offsets[channel] = parameters[1].AsSpan<T>()[channel] - parameters[2].AsSpan<T>()[channel] * factors[channel];
        }
    }

    /// <summary>Checks that the four parameters have one element for each channel.</summary>
    internal static void CheckParameters(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2, 3, 4);
        var channels = ChannelsOf(inputs[0].Shape).Count;
        for (var i = 1; i < 5; i++)
        {
            if (inputs[i].Shape.Rank != 1 || inputs[i].Shape[0] != channels)
            {
                throw new ShapeException($"input {i} has shape {inputs[i].Shape}, but the {channels} channel(s) of an input of "
                    + $"shape {inputs[0].Shape} need [{channels}]");
            }
        }
    }

    /// <summary>[batch, channels, …]; an input of a single dimension is a batch of one channel.</summary>
    internal static AxisCut ChannelsOf(Shape shape) => shape.Rank switch
    {
        0 => throw new ShapeException($"the input has shape {shape}; [batch, channels, …] is expected"),
        1 => new(shape.Length, 1, 1),
        _ => AxisCut.At(shape, 1),
    };

    internal override GradientFacts Gradient => new(GradientReads.Inputs, Inputs: 3);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var layout = ChannelsOf(pass.InputShape(0));
        for (var channel = 0; channel < layout.Count; channel++)
        {
            var inverse = T.One / T.Sqrt(pass.Inputs[4].AsSpan<T>()[channel] + T.CreateChecked(Epsilon));
            var mean = pass.Inputs[3].AsSpan<T>()[channel];
            T sum = T.Zero, product = T.Zero;
            for (var i = 0; i < layout.Outer; i++)
            {
                var (start, length) = ((i * layout.Count + channel) * layout.Inner, layout.Inner);
                ReadOnlySpan<T> upstream = pass.FirstUpstream.AsSpan<T>().Slice(start, length);
                if (pass.Wants(0, out var gradient))
                    TensorPrimitives.Multiply(upstream, pass.Inputs[1].AsSpan<T>()[channel] * inverse,
                        gradient.AsSpan<T>().Slice(start, length));
                if (!pass.Wants(1, out _) && !pass.Wants(2, out _)) continue;
                sum += RowStatistics.Sum(upstream);
                product += TensorPrimitives.Dot(upstream, pass.Inputs[0].AsSpan<T>().Slice(start, length));
            }
            if (pass.Wants(1, out var scaleGradient)) scaleGradient.AsSpan<T>()[channel] = (product - mean * sum) * inverse;
            if (pass.Wants(2, out var biasGradient)) biasGradient.AsSpan<T>()[channel] = sum;
        }
    }

    internal override IReadOnlyList<int> TrainedInputs => [1, 2];
}

/// <summary>ONNX <c>BatchNormalization</c> up to opset 8 with <c>spatial = 0</c>: each position of each channel has statistics of its own,
/// [channels, …].</summary>
sealed record PositionBatchNormalization(float Epsilon) : RealOperator
{
    public override string OpType => "BatchNormalization";

    public override int RequiredInputs => 5;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireSameType(0, 1, 2, 3, 4);
        var shape = inputs[0].Shape;
        for (var i = 1; i < 5; i++)
        {
            if (shape.Rank < 2 || !inputs[i].Shape.Dimensions.SequenceEqual(shape[1..]))
                throw new ShapeException($"input {i} has shape {inputs[i].Shape}, which is not that of one element of a batch of "
                    + $"shape {shape}");
        }
        return [new(inputs[0].Type, shape)];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var x = inputs[0].AsSpan<T>();
        for (var i = 0; i < x.Length; i++)
        {
            var place = i % inputs[1].Length;
            var factor = inputs[1].AsSpan<T>()[place] / T.Sqrt(inputs[4].AsSpan<T>()[place] + T.CreateChecked(Epsilon));
            outputs[0].AsSpan<T>()[i] = (x[i] - inputs[3].AsSpan<T>()[place]) * factor + inputs[2].AsSpan<T>()[place];
        }
    }
}
