using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>
/// Writes products whose data gets its scale in each run, as ONNX has them: DynamicQuantizeLinear, MatMulInteger, Cast, a Mul by both
/// scales, and an Add where there is a bias. Products that read one value share its integers, and those that read one weight share that.
/// </summary>
/// <remarks>Runtimes fuse exactly this chain; another order of the nodes would run node by node.</remarks>
sealed class DynamicProducts(QuantizedModel model, GraphMap copies)
{
    /// <summary>The first opset with DynamicQuantizeLinear.</summary>
    const int MinOpset = 11;

    /// <summary>The number of float32 among ONNX's types.</summary>
    const long OnnxFloat = 1;

    readonly Graph _graph = copies.Graph;
    readonly Dictionary<Value, Parts> _data = [];
    readonly Dictionary<(Value Weight, int? Axis, bool IsTurned), Parts> _weights = [];

    /// <summary>Integers with what they mean.</summary>
    readonly record struct Parts(Value Integers, Value Scale, Value ZeroPoint);

    /// <summary>Rewrites the copy of the model's graph.</summary>
    public void Write()
    {
        var products = model.Plan.Weights.Where(model.Plan.IsDynamic).ToArray();
        if (products.Length == 0) return;
        Passes.UpgradeOpset.To(_graph, MinOpset);
        foreach (var product in products) Write(product);
        _graph.RemoveUnreadConstants();
    }

    void Write(PlannedWeight product)
    {
        // Nodes may have become others in a newer opset; the values between them are the same.
        var node = copies[product.Node.Output].Producer!;
        var (output, name) = (node.Output, node.Output.Name);
        var (data, weight) = (Data(node.Inputs[0]!, node), Weight(product));
        var sums = Add("MatMulInteger", [data.Integers, weight.Integers, data.ZeroPoint, weight.ZeroPoint], $"{name}_sums", node);
        var reals = Add("Cast", [sums], $"{name}_sums_float", node, new() { ["to"] = OnnxFloat });
        var scales = Add("Mul", [data.Scale, weight.Scale], $"{name}_scales", node);
        var bias = node.Operator.Weights!.BiasInput is { } index ? node.InputOrNull(index) : null;
        var (last, operands) = ("Mul", new[] { reals, scales });
        if (bias is not null) (last, operands) = ("Add", [Add("Mul", operands, $"{name}_product", node), bias]);

        var following = node.Following;
        _graph.Remove(node);
        _graph.Add(OperatorTable.Create("", last, _graph.Opset, []), operands, [output], name: _graph.UniqueNodeName(name),
            before: following);
    }

    Parts Data(Value value, Node before)
    {
        if (_data.TryGetValue(value, out var known)) return known;
        var parts = new Parts(
            New($"{value.Name}_quantized", DataType.UInt8, value.Shape), New($"{value.Name}_scale", DataType.Float32, new()),
            New($"{value.Name}_zero_point", DataType.UInt8, new()));
        _graph.Add(new DynamicQuantizeLinear(), [value], [parts.Integers, parts.Scale, parts.ZeroPoint],
            name: _graph.UniqueNodeName(parts.Integers.Name), before: before);
        return _data[value] = parts;
    }

    Parts Weight(PlannedWeight product)
    {
        var (elements, name) = (product.Weight.Constant!, product.Weight.Name);
        var isTurned = elements.Shape.NormalizeAxis(product.Node.Operator.Weights!.OutputChannelAxis) == 0;
        var key = (product.Weight, product.Axis, isTurned);
        if (_weights.TryGetValue(key, out var known)) return known;

        var parameters = model.WeightOf(product);
        var integers = LinearQuantizer.Quantize(elements, parameters);
        Shape ofScales = parameters.Axis is null ? Shape.Scalar : [parameters.Scales.Length];
        var isOnePoint = parameters.ZeroPoints.All(point => point == parameters.ZeroPoint);
        var zeroPoints = new Tensor(integers.Type, isOnePoint ? Shape.Scalar : ofScales);
        for (var i = 0; i < zeroPoints.Length; i++) zeroPoints.Bytes[i] = (byte)parameters.ZeroPoints[i];
        return _weights[key] = new(
            Constant($"{name}_quantized", isTurned ? Turned(integers) : integers),
            Constant($"{name}_scale", Tensor.Of(ofScales, parameters.Scales.AsSpan())), Constant($"{name}_zero_point", zeroPoints));
    }

    /// <summary>MatMulInteger takes [depth, columns] alone.</summary>
    static Tensor Turned(Tensor bytes)
    {
        var (columns, depth) = (bytes.Shape[0], bytes.Shape[1]);
        var turned = new Tensor(bytes.Type, [depth, columns]);
        for (var column = 0; column < columns; column++)
        {
            for (var k = 0; k < depth; k++) turned.Bytes[k * columns + column] = bytes.Bytes[column * depth + k];
        }
        return turned;
    }

    Value Add(string opType, IEnumerable<Value?> inputs, string name, Node before, Attributes? attributes = null) =>
        _graph.Add(opType, inputs, name, attributes, before);

    Value Constant(string name, Tensor elements) => _graph.AddConstant(_graph.UniqueName(name), elements);

    Value New(string name, DataType type, SymbolicShape? shape)
    {
        var value = _graph.NewValue(_graph.UniqueName(name));
        (value.Type, value.Shape) = (type, shape);
        return value;
    }
}
