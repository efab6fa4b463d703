using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>The gradient of every operator that has one, against finite differences in float64.</summary>
public sealed class GradientTests
{
    static Tensor Real(params int[] shape) => GradientCheck.Doubles(new Random(shape.Length + shape.Sum()), new(shape));

    static Tensor Positive(params int[] shape) => GradientCheck.Doubles(new Random(shape.Sum()), new(shape), 0.5, 2);

    static Tensor Whole(params ReadOnlySpan<long> values) => Tensor.Vector(values);

    static Operator Op(string opType, Attributes? attributes = null, int opset = OperatorRun.NewestOpset) =>
        OperatorRun.OfOpset(opType, opset, attributes);

    static Attributes Window(int kernel, int stride, int pad, int dilation = 1, int group = 1) => new()
    {
        ["kernel_shape"] = new long[] { kernel, kernel },
        ["strides"] = new long[] { stride, stride },
        ["pads"] = new long[] { pad, pad, pad, pad },
        ["dilations"] = new long[] { dilation, dilation },
        ["group"] = (long)group,
    };

    [Theory]
    [InlineData("Relu"), InlineData("LeakyRelu"), InlineData("Elu"), InlineData("Selu"), InlineData("Celu"), InlineData("Sigmoid"),
        InlineData("Tanh")]
    [InlineData("HardSigmoid"), InlineData("HardSwish"), InlineData("Swish"), InlineData("Softplus"), InlineData("Softsign"),
        InlineData("Mish"), InlineData("Gelu")]
    [InlineData("ThresholdedRelu"), InlineData("Shrink"), InlineData("Exp"), InlineData("Erf"), InlineData("Neg"), InlineData("Abs"),
        InlineData("Identity")]
    [InlineData("Floor"), InlineData("Ceil"), InlineData("Round"), InlineData("Softmax"), InlineData("LogSoftmax")]
    public void Functions_of_one_tensor(string opType) => GradientCheck.Run(Op(opType), [Real(3, 7)]);

    [Theory]
    [InlineData("Sqrt"), InlineData("Log"), InlineData("Reciprocal")]
    public void Functions_of_one_positive_tensor(string opType) => GradientCheck.Run(Op(opType), [Positive(3, 7)]);

    [Fact]
    public void Functions_with_attributes()
    {
        GradientCheck.Run(Op("Gelu", new() { ["approximate"] = "tanh" }), [Real(3, 7)]);
        GradientCheck.Run(Op("Clip", opset: 6, attributes: new() { ["min"] = -1f, ["max"] = 1f }), [Real(3, 7)]);
        GradientCheck.Run(Op("Clip"), [Real(3, 7), Tensor.Scalar(-1.0), Tensor.Scalar(0.5)]);
        GradientCheck.Run(Op("Clip"), [Real(3, 7), null, Tensor.Scalar(0.5)]);
        GradientCheck.Run(new Pact2(0, 1), [Real(3, 7)]);
        GradientCheck.Run(Op("PRelu"), [Real(2, 4, 5), Real(4, 1)]);
        GradientCheck.Run(Op("Pow"), [Positive(2, 3), Tensor.Scalar(2.5)]);
        GradientCheck.Run(Op("Cast", new() { ["to"] = (long)DataType.Float64 }), [Real(2, 3)]);
        GradientCheck.Run(Op("Dropout"), [Real(2, 3)]);
        GradientCheck.Run(Op("Softmax", new() { ["axis"] = 1L }), [Real(2, 5, 3)]);
        GradientCheck.Run(Op("Softmax", new() { ["axis"] = 1L }, opset: 11), [Real(2, 5, 3)]);
        GradientCheck.Run(Op("LogSoftmax", new() { ["axis"] = 1L }), [Real(2, 5, 3)]);
    }

    /// <summary>It computes in float32 alone, so that its gradient is held against those of its two parts in float64.</summary>
    [Theory]
    [InlineData(false), InlineData(true)]
    public void Gelu_of_a_sum_with_a_bias(bool byTanh)
    {
        static Tensor Floats(Tensor doubles) =>
            Tensor.Of<float>(doubles.Shape, [.. doubles.AsSpan<double>().ToArray().Select(element => (float)element)]);
        var (x, bias, upstream) = (Real(2, 3, 5), Real(5), Real(5, 3, 2).Reshape([2, 3, 5]));
        var sum = Tensor.Of<double>(x.Shape,
            [.. Enumerable.Range(0, x.Length).Select(i => x.AsSpan<double>()[i] + bias.AsSpan<double>()[i % 5])]);
        var slopes = GradientCheck.Gradients(new Gelu(byTanh), [sum], [sum], [upstream])[0]!.AsSpan<double>().ToArray();

        var gradients =
            GradientCheck.Gradients(new BiasGelu(new Gelu(byTanh)), [Floats(x), Floats(bias)], [Floats(sum)], [Floats(upstream)]);

        gradients[0]!.Floats.ToArray().ShouldBe(slopes.Select(slope => (float)slope), 1e-5);
        gradients[1]!.Floats.ToArray()
            .ShouldBe(Enumerable.Range(0, 5).Select(i => (float)(Enumerable.Range(0, 6).Sum(row => slopes[5 * row + i]))), 1e-4);
    }

    [Theory]
    [InlineData("Add"), InlineData("Sub"), InlineData("Mul"), InlineData("Max"), InlineData("Min"), InlineData("Sum"), InlineData("Mean")]
    public void Functions_of_two_tensors_that_are_broadcast(string opType)
    {
        GradientCheck.Run(Op(opType), [Real(2, 3, 4), Real(3, 1)]);
        GradientCheck.Run(Op(opType), [Real(4, 1), Real(2, 4, 3)]);
        GradientCheck.Run(Op(opType), [Real(2, 3), Real(2, 3)]);
        GradientCheck.Run(Op(opType), [Real(2, 3), Tensor.Scalar(0.3)]);
    }

    [Fact]
    public void Quotients_and_choices()
    {
        GradientCheck.Run(Op("Div"), [Real(2, 3, 4), Positive(3, 1)]);
        GradientCheck.Run(Op("Div"), [Real(4, 1), Positive(2, 4, 3)]);
        GradientCheck.Run(Op("Where"), [Tensor.Of<bool>([3, 1], true, false, true), Real(2, 3, 4), Real(4)]);
        GradientCheck.Run(Op("Sum"), [Real(2, 3), Real(3), Real(1, 3)]);
    }

    [Theory]
    [InlineData(3, 1, 1, 1, 1, 4, 6), InlineData(3, 2, 1, 1, 2, 4, 6), InlineData(3, 1, 2, 2, 1, 3, 2), InlineData(1, 1, 0, 1, 1, 3, 5)]
    [InlineData(3, 2, 1, 1, 4, 4, 4), InlineData(3, 1, 1, 1, 4, 4, 8), InlineData(2, 3, 0, 1, 1, 2, 3)]
    public void Convolutions(int kernel, int stride, int pad, int dilation, int group, int inputs, int outputs) => GradientCheck.Run(
        Op("Conv", Window(kernel, stride, pad, dilation, group)),
        [Real(2, inputs, 7, 6), Real(outputs, inputs / group, kernel, kernel), Real(outputs)]);

    [Theory]
    [InlineData(3, 2, 1, 1, 1), InlineData(2, 2, 0, 1, 2), InlineData(3, 1, 2, 2, 1)]
    public void Transposed_convolutions(int kernel, int stride, int pad, int dilation, int group) => GradientCheck.Run(
        Op("ConvTranspose", Window(kernel, stride, pad, dilation, group)), [Real(2, 4, 4, 5), Real(4, 3, kernel, kernel), Real(3 * group)]);

    [Fact]
    public void Convolutions_of_one_and_three_dimensions()
    {
        GradientCheck.Run(Op("Conv", new() { ["pads"] = new long[] { 1, 0 } }), [Real(2, 3, 8), Real(4, 3, 3)]);
        GradientCheck.Run(Op("Conv", new() { ["strides"] = new long[] { 1, 2, 1 } }), [Real(1, 2, 3, 4, 3), Real(2, 2, 2, 2, 2), Real(2)]);
    }

    [Theory]
    [InlineData(false, false), InlineData(true, false), InlineData(false, true), InlineData(true, true)]
    public void Products_of_matrices(bool transposeA, bool transposeB)
    {
        var attributes = new Attributes
        {
            ["transA"] = transposeA ? 1L : 0,
            ["transB"] = transposeB ? 1L : 0,
            ["alpha"] = 0.5f,
            ["beta"] = 2f,
        };
        Tensor[] operands = [transposeA ? Real(5, 3) : Real(3, 5), transposeB ? Real(4, 5) : Real(5, 4)];
        GradientCheck.Run(Op("Gemm", attributes), [.. operands, Real(4)]);
        GradientCheck.Run(Op("Gemm", attributes), [.. operands, Real(3, 1)]);
        GradientCheck.Run(Op("Gemm", attributes), operands);
    }

    [Fact]
    public void Products_of_many_matrices()
    {
        GradientCheck.Run(Op("MatMul"), [Real(2, 3, 4, 5), Real(3, 5, 2)]);
        GradientCheck.Run(Op("MatMul"), [Real(2, 4, 5), Real(5, 3)]);
        GradientCheck.Run(Op("MatMul"), [Real(5), Real(2, 5, 3)]);
    }

    [Theory]
    [InlineData(2, 2, 0, 1), InlineData(3, 2, 1, 1), InlineData(3, 1, 1, 2)]
    public void Poolings(int kernel, int stride, int pad, int dilation)
    {
        GradientCheck.Run(Op("MaxPool", Window(kernel, stride, pad, dilation)), [Real(2, 3, 8, 7)]);
        GradientCheck.Run(Op("AveragePool", Window(kernel, stride, pad, dilation)), [Real(2, 3, 8, 7)]);
        var counting = Window(kernel, stride, pad, dilation);
        counting["count_include_pad"] = 1L;
        GradientCheck.Run(Op("AveragePool", counting), [Real(2, 3, 8, 7)]);
    }

    [Theory]
    [InlineData("GlobalAveragePool"), InlineData("GlobalMaxPool")]
    public void Global_poolings(string opType) => GradientCheck.Run(Op(opType), [Real(2, 3, 4, 5)]);

    [Fact]
    public void Normalizations()
    {
        GradientCheck.Run(Op("BatchNormalization"),
            [Real(2, 3, 4, 5), Real(3), Real(3, 1).Reshape([3]), Real(1, 3).Reshape([3]), Positive(3)]);
        GradientCheck.Run(new TrainingBatchNormalization(1e-5f, 0.9f),
            [Real(2, 3, 4, 5), Real(3), Real(3, 1).Reshape([3]), Real(1, 3).Reshape([3]), Positive(3)]);
        GradientCheck.Run(new TrainingBatchNormalization(1e-5f, 0.9f),
            [Real(8, 3), Real(3), Real(3, 1).Reshape([3]), Real(1, 3).Reshape([3]), Positive(3)]);
        GradientCheck.Run(Op("LayerNormalization"), [Real(4, 5, 6), Real(6), Real(1, 6).Reshape([6])]);
        GradientCheck.Run(Op("LayerNormalization", new() { ["axis"] = 1L }), [Real(3, 4, 5), Real(4, 5), Real(5)]);
        GradientCheck.Run(Op("GroupNormalization", new() { ["num_groups"] = 3L }), [Real(2, 6, 4, 3), Real(6), Real(1, 6).Reshape([6])]);
        GradientCheck.Run(Op("InstanceNormalization"), [Real(2, 3, 4, 3), Real(3), Real(1, 3).Reshape([3])]);
    }

    [Theory]
    [InlineData("ReduceSum"), InlineData("ReduceMean"), InlineData("ReduceMax"), InlineData("ReduceMin"), InlineData("ReduceL1"),
        InlineData("ReduceL2")]
    [InlineData("ReduceSumSquare"), InlineData("ReduceLogSumExp")]
    public void Reductions(string opType)
    {
        GradientCheck.Run(Op(opType), [Real(2, 3, 4, 5), Whole(2, 3)]);
        GradientCheck.Run(Op(opType, new() { ["keepdims"] = 0L }), [Real(2, 3, 4), Whole(1)]);
        GradientCheck.Run(Op(opType), [Real(2, 3)]);
    }

    [Fact]
    public void The_logarithm_of_a_sum() => GradientCheck.Run(Op("ReduceLogSum"), [Positive(2, 3, 4), Whole(1)]);

    [Fact]
    public void Moved_elements()
    {
        GradientCheck.Run(Op("Reshape"), [Real(2, 6), Whole(3, -1)]);
        GradientCheck.Run(Op("Flatten"), [Real(2, 3, 4)]);
        GradientCheck.Run(Op("Squeeze"), [Real(2, 1, 4), Whole(1)]);
        GradientCheck.Run(Op("Unsqueeze"), [Real(2, 4), Whole(1)]);
        GradientCheck.Run(Op("Transpose", new() { ["perm"] = new long[] { 0, 2, 3, 1 } }), [Real(2, 3, 4, 5)]);
        GradientCheck.Run(Op("Concat", new() { ["axis"] = 1L }), [Real(2, 3, 4), Real(2, 5, 4), Real(2, 1, 4)]);
        GradientCheck.Run(Op("Split", new() { OutputCount = 2, ["axis"] = 1L, }, opset: 13), [Real(2, 6, 2), Whole(2, 4)], outputs: 2);
        GradientCheck.Run(Op("Slice"), [Real(3, 8, 5), Whole(1, 4), Whole(7, -6), Whole(1, 2), Whole(2, -1)]);
        GradientCheck.Run(Op("Gather", new() { ["axis"] = 1L }), [Real(2, 5, 3), Whole(4, 0, 4)]);
        // An element that is taken twice gets both gradients, one that is never taken none.
        GradientCheck.Run(Op("GatherElements", new() { ["axis"] = 1L }), [Real(3, 4), Tensor.Of<long>([3, 2], 0, 0, 3, -1, 2, 1)]);
        GradientCheck.Run(Op("GatherElements", new() { ["axis"] = -3L }), [Real(3, 2, 2), Tensor.Of<long>([1, 2, 2], 2, 0, 2, 1)]);
        GradientCheck.Run(Op("GatherND"), [Real(3, 4, 2), Tensor.Of<long>([3, 2], 0, 1, 2, 3, 0, 1)]);
        GradientCheck.Run(Op("GatherND"), [Real(3, 4, 2), Tensor.Of<long>([2, 1], 1, -1)]);
        GradientCheck.Run(Op("GatherND", new() { ["batch_dims"] = 1L }), [Real(2, 4, 3), Tensor.Of<long>([2, 1], 3, 0)]);
        GradientCheck.Run(Op("Expand"), [Real(3, 1), Whole(2, 3, 4)]);
        GradientCheck.Run(Op("Tile"), [Real(2, 3), Whole(2, 2)]);
        GradientCheck.Run(Op("DepthToSpace", new() { ["blocksize"] = 2L }), [Real(1, 8, 2, 3)]);
        GradientCheck.Run(Op("SpaceToDepth", new() { ["blocksize"] = 2L }), [Real(1, 2, 4, 6)]);
        GradientCheck.Run(Op("Pad"), [Real(1, 2, 4, 4), Whole(0, 0, 1, 0, 0, 0, 2, -1), Tensor.Scalar(0.5)]);
        GradientCheck.Run(Op("Pad", new() { ["mode"] = "reflect" }), [Real(2, 4), Whole(0, 2, 0, 1)]);
    }

    [Theory]
    [InlineData("nearest", "asymmetric"), InlineData("linear", "half_pixel"), InlineData("linear", "align_corners"),
        InlineData("cubic", "half_pixel")]
    public void Resized_images(string mode, string coordinates)
    {
        var attributes = new Attributes { ["mode"] = mode, ["coordinate_transformation_mode"] = coordinates };
        GradientCheck.Run(Op("Resize", attributes), [Real(2, 3, 5, 6), null, null, Whole(2, 3, 9, 11)]);
        GradientCheck.Run(Op("Resize", attributes), [Real(2, 3, 5, 6), null, null, Whole(2, 3, 3, 6)]);
        GradientCheck.Run(Op("Resize", attributes), [Real(1, 2, 3, 3), null, Tensor.Of([4], [1f, 1, 2, 2])]);
    }

    /// <summary>The forerunner of Resize: scales are an input in opset 9, and an attribute before.</summary>
    [Theory]
    [InlineData("nearest"), InlineData("linear")]
    public void Upsampled_images(string mode)
    {
        GradientCheck.Run(Op("Upsample", new() { ["mode"] = mode }, opset: 9), [Real(1, 2, 3, 4), Tensor.Of([4], [1f, 1, 2, 2])]);
        GradientCheck.Run(Op("Upsample", new() { ["mode"] = mode, ["scales"] = new float[] { 1, 1, 2, 3 } }, opset: 7), [Real(2, 1, 3, 2)]);
    }

    [Theory]
    [InlineData("none"), InlineData("sum"), InlineData("mean")]
    public void Losses_of_classes(string reduction)
    {
        var attributes = new Attributes { ["reduction"] = reduction, ["ignore_index"] = 2L, OutputCount = 2 };
        GradientCheck.Run(Op("SoftmaxCrossEntropyLoss", attributes), [Real(4, 5), Whole(1, 0, 2, 4), Positive(5)]);
        GradientCheck.Run(Op("SoftmaxCrossEntropyLoss", attributes), [Real(2, 3, 2), Tensor.Of<long>([2, 2], 1, 0, 2, 1)], outputs: 2);
        GradientCheck.Run(Op("NegativeLogLikelihoodLoss", attributes), [Real(4, 5), Whole(1, 0, 2, 4), Positive(5)]);
    }

    [Fact]
    public void Losses_of_training()
    {
        GradientCheck.Run(new SmoothedCrossEntropy(0.1, null), [Real(4, 5), Whole(1, 0, 2, 4)]);
        GradientCheck.Run(new SmoothedCrossEntropy(0, 2), [Real(2, 3, 2), Tensor.Of<long>([2, 2], 1, 0, 2, 1)]);
        GradientCheck.Run(new ScoreDistance(2), [Real(4, 5), Positive(4, 5)]);
        GradientCheck.Run(new ValueDistance(), [Real(4, 5), Positive(4, 5)]);
    }
}
