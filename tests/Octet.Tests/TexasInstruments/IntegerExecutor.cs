using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Steps;
using Octet.Tensors;
using Octet.Tests.Operators;

namespace Octet.Tests.TexasInstruments;

/// <summary>
/// Runs a model whose scales are powers of two as a fixed-point device does: 8-bit operands, 32-bit sums, shifts that round half up,
/// saturation. No float takes part but in operators that the model leaves in floats. Slow and plain, for it is what the simulation is
/// judged by.
/// </summary>
sealed class IntegerExecutor(QuantizedModel model)
{
    readonly Dictionary<Value, Fixed> _values = [];

    /// <summary>Integers, and for each channel (or for all) the power of two that one of them counts.</summary>
    /// <param name="Shape">Images [batch, channels, …] or rows [batch, channels].</param>
    /// <param name="Integers">Operands, or sums that are still to be shifted.</param>
    /// <param name="Exponents">One, or one for each channel.</param>
    /// <param name="Divisor">What the integers are to be divided by beside: the number of elements that an average has added up.</param>
    sealed record Fixed(Shape Shape, int[] Integers, int[] Exponents, int Divisor = 1)
    {
        public int ExponentAt(int index) => Exponents.Length == 1 ? Exponents[0] : Exponents[index / Inner % Shape[1]];

        int Inner => Shape.LengthOf(2, Shape.Rank);
    }

    /// <summary>The values that the model rounds, as the real numbers that their integers stand for.</summary>
    public IReadOnlyDictionary<string, float[]> Run(IReadOnlyDictionary<string, Tensor> inputs)
    {
        _values.Clear();
        var floats = new Dictionary<Value, Tensor>();
        foreach (var input in model.Plan.Graph.Inputs) Take(input, inputs[input.Name]);
        foreach (var node in model.Plan.Graph.Nodes)
        {
            if (Compute(node) is { } result)
                _values[node.Output] = model.ActivationOf(node.Output) is { } parameters ? Shift(result, parameters) : result;
            else Take(node.Output,
                OperatorRun.Outputs(node.Operator, 1,
                    [.. node.Inputs.Select(input => input is null ? null : input.Constant ?? Float(input))])[0]);
        }
        return model.Plan.Groups.SelectMany(group => group.Values)
            .ToDictionary(value => value.Name, value => ToFloats(_values[value]).Floats.ToArray());

        void Take(Value value, Tensor tensor)
        {
            floats[value] = tensor;
            if (model.ActivationOf(value) is { } parameters) _values[value] = Quantize(tensor, parameters);
        }

        Tensor Float(Value value) => _values.TryGetValue(value, out var integers) ? ToFloats(integers) : floats[value];
    }

    /// <summary>Null for a node that is computed in floats.</summary>
    Fixed? Compute(Node node)
    {
        var operands = node.Inputs.Select(input => input is null ? null : _values.GetValueOrDefault(input)).ToArray();
        if (operands.Length == 0 || operands[0] is not { } x) return null;
        return node.Operator switch
        {
            Conv conv => Convolve(node, conv, x),
            Gemm gemm => Multiply(node, gemm, x),
            Relu or Clip or ClipToConstants => Limit(x, node.Limits!.Value),
            Octet.Operators.Add when operands is [_, { } y] && y.Shape == x.Shape => Add(x, y),
            GlobalAveragePool => Average(x),
            Flatten => x with { Shape = [x.Shape[0], x.Shape.Length / x.Shape[0]] },
            Concat { Axis: 1 } when operands.All(operand => operand is not null) => Join([.. operands.OfType<Fixed>()]),
            _ => null,
        };
    }

    Fixed Convolve(Node node, Conv conv, Fixed x)
    {
        var (weights, exponents) = Weights(node, x);
        var kernel = node.Inputs[1]!.Constant!.Shape;
        var window = conv.Window.Over(x.Shape, kernel[2..]);
        var (height, width) = (window.Height, window.Width);
        Shape shape = [x.Shape[0], kernel[0], height.Output, width.Output];
        var sums = new int[shape.Length];
        var (inputsOfGroup, outputsOfGroup) = (kernel[1], kernel[0] / conv.Groups);
        var bias = Bias(node, kernel[0], exponents);
        Parallel.For(0, shape[0] * shape[1], place =>
        {
            var (image, channel) = Math.DivRem(place, shape[1]);
            var plane = sums.AsSpan(place * shape[2] * shape[3], shape[2] * shape[3]);
            plane.Fill(bias[channel]);
            for (var tap = 0; tap < inputsOfGroup * kernel[2] * kernel[3]; tap++)
            {
                var (input, rest) = Math.DivRem(tap, kernel[2] * kernel[3]);
                var (row, column) = Math.DivRem(rest, kernel[3]);
                var weight = weights[channel * inputsOfGroup * kernel[2] * kernel[3] + tap];
                var source = x.Integers.AsSpan(
                    (image * x.Shape[1] + channel / outputsOfGroup * inputsOfGroup + input) * height.Input * width.Input,
                    height.Input * width.Input);
                for (var oy = 0; oy < height.Output; oy++)
                {
                    var y = oy * height.Stride - height.PadBefore + row * height.Dilation;
                    if (y < 0 || y >= height.Input) continue;
                    var line = source.Slice(y * width.Input, width.Input);
                    for (var (ox, at) = (0, column * width.Dilation - width.PadBefore); ox < width.Output; ox++, at += width.Stride)
                    {
                        if ((uint)at < (uint)line.Length) plane[oy * width.Output + ox] += weight * line[at];
                    }
                }
            }
        });
        return new(shape, sums, exponents);
    }

    Fixed Multiply(Node node, Gemm gemm, Fixed x)
    {
        var (weights, exponents) = Weights(node, x);
        var matrix = node.Inputs[1]!.Constant!.Shape;
        var (depth, columns) = gemm.TransposeB ? (matrix[1], matrix[0]) : (matrix[0], matrix[1]);
        Shape shape = [x.Shape[0], columns];
        var bias = Bias(node, columns, exponents);
        var sums = new int[shape.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            var (row, column) = Math.DivRem(i, columns);
            sums[i] = bias[column];
            for (var k = 0; k < depth; k++)
                sums[i] += x.Integers[row * depth + k] * weights[gemm.TransposeB ? column * depth + k : k * columns + column];
        }
        return new(shape, sums, exponents);
    }

    /// <summary>The integers of a layer's weights, and what one step of its sums counts.</summary>
    (int[] Integers, int[] Exponents) Weights(Node node, Fixed x)
    {
        var planned = model.Plan.Weights.Single(weight => weight.Node == node);
        var parameters = model.WeightOf(planned);
        var integers =
            LinearQuantizer.Dequantize(LinearQuantizer.Quantize(planned.Weight.Constant!, parameters),
                parameters with { Scales = [.. parameters.Scales.Select(_ => 1f)] });
        return ([.. integers.Floats.ToArray().Select(value => (int)value)],
            [.. parameters.Scales.Select(scale => Exponent(scale) + x.Exponents[0])]);
    }

    /// <summary>Biases in steps of the sum, which they are whole numbers of.</summary>
    static int[] Bias(Node node, int channels, int[] exponents)
    {
        var bias = node.InputOrNull(2)?.Constant!.Floats.ToArray() ?? new float[channels];
        var integers = bias.Select((value, channel) => Math.ScaleB(value, -exponents[exponents.Length == 1 ? 0 : channel])).ToArray();
        integers.ShouldAllBe(value => value == Math.Floor(value), node.Label);
        return Array.ConvertAll(integers, value => checked((int)value));
    }

    static Fixed Limit(Fixed x, ValueRange limits)
    {
        var integers = x.Integers.Select((value, index) => (int)Math.Clamp(
            value, Math.Max(int.MinValue, Math.ScaleB(limits.Low, -x.ExponentAt(index))),
            Math.Min(int.MaxValue, Math.ScaleB(limits.High, -x.ExponentAt(index)))));
        return x with { Integers = [.. integers] };
    }

    static Fixed Add(Fixed x, Fixed y)
    {
        var exponent = Math.Min(x.Exponents[0], y.Exponents[0]);
        return new(x.Shape,
            [.. x.Integers.Zip(y.Integers, (a, b) => (a << (x.Exponents[0] - exponent)) + (b << (y.Exponents[0] - exponent)))], [exponent]);
    }

    static Fixed Average(Fixed x)
    {
        var inner = x.Shape.LengthOf(2, x.Shape.Rank);
        return new([x.Shape[0], x.Shape[1], 1, 1], [.. x.Integers.Chunk(inner).Select(plane => plane.Sum())], x.Exponents, inner);
    }

    static Fixed Join(Fixed[] parts)
    {
        var exponent = parts.Min(part => part.Exponents[0]);
        parts[0].Shape[0].ShouldBe(1);
        Shape shape = [1, parts.Sum(part => part.Shape[1]), .. parts[0].Shape.Dimensions[2..]];
        return new(shape, [.. parts.SelectMany(part => part.Integers.Select(value => value << (part.Exponents[0] - exponent)))],
            [exponent]);
    }

    /// <summary>Adds half a step, shifts, and saturates.</summary>
    static Fixed Shift(Fixed x, QuantizationParameters parameters)
    {
        var target = Exponent(parameters.Scale);
        var integers = x.Integers.Select((value, index) =>
        {
            var shift = target - x.ExponentAt(index);
            var (sum, divisor) = shift >= 0 ? ((long)value, (long)x.Divisor << shift) : ((long)value << -shift, x.Divisor);
            // For divisors that are powers of two this is (sum + half) >> shift.
            var rounded = (long)Math.Floor((decimal)(2 * sum + divisor) / (2 * divisor));
            return (int)Math.Clamp(rounded, parameters.Spec.Low, parameters.Spec.High);
        });
        return new(x.Shape, [.. integers], [target]);
    }

    static Fixed Quantize(Tensor tensor, QuantizationParameters parameters)
    {
        var integers = tensor.Floats.ToArray()
            .Select(value =>
                (int)Math.Clamp(Math.Floor((double)value / parameters.Scale + 0.5), parameters.Spec.Low, parameters.Spec.High));
        return new(tensor.Shape, [.. integers], [Exponent(parameters.Scale)]);
    }

    static Tensor ToFloats(Fixed x)
    {
        x.Divisor.ShouldBe(1);
        return Tensor.Of<float>(x.Shape, [.. x.Integers.Select((value, index) => (float)Math.ScaleB(value, x.ExponentAt(index)))]);
    }

    static int Exponent(float scale)
    {
        PowerOfTwo.Is(scale).ShouldBeTrue($"{scale} is no power of two");
        return (int)Math.Round(Math.Log2(scale));
    }
}
