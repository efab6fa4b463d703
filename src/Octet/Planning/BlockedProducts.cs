using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Planning;

/// <summary>Writes products with matrices of 4-bit integers: as MatMulNBits, or with the matrix behind a DequantizeLinear with
/// blocks.</summary>
sealed class BlockedProducts(QuantizedModel model, GraphMap copies)
{
    /// <summary>The first opset whose DequantizeLinear has blocks.</summary>
    const int MinOpset = 21;

    readonly Graph _graph = copies.Graph;
    readonly Dictionary<Value, Value[]> _constants = [];
    readonly Dictionary<Value, Value> _reals = [];

    /// <summary>Rewrites the copy of the model's graph.</summary>
    public void Write()
    {
        var products = model.Plan.Weights.Where(weight => weight.Blocks is not null).ToArray();
        if (products.Length == 0) return;
        if (products.Any(product => product.Blocks!.Form == BlockForm.DequantizeLinear)) Passes.UpgradeOpset.To(_graph, MinOpset);
        if (products.Any(product => product.Blocks!.Form == BlockForm.MatMulNBits)) _graph.Opsets.TryAdd(OperatorTable.OnnxRuntime, 1);
        foreach (var product in products)
        {
            // Nodes may have become others in a newer opset; the values between them are the same.
            var node = copies[product.Node.Output].Producer!;
            if (product.Blocks!.Form == BlockForm.MatMulNBits) WriteProduct(product, node, model.BlocksOf(product));
            else node.SetInput(node.Operator.Weights!.WeightInput, Reals(product, node, model.BlocksOf(product)));
        }
        _graph.RemoveUnreadConstants();
    }

    void WriteProduct(PlannedWeight product, Node node, BlockedMatrix matrix)
    {
        var (output, name, following) = (node.Output, node.Output.Name, node.Following);
        var bias = node.Operator.Weights!.BiasInput is { } index ? node.InputOrNull(index) : null;
        var isWithin = bias?.Constant is { Shape: { Rank: 1 } shape } && shape[0] == matrix.Rows;
        var attributes = new Attributes
        {
            ["K"] = (long)matrix.Depth,
            ["N"] = (long)matrix.Rows,
            ["bits"] = 4L,
            ["block_size"] = (long)matrix.Spec.BlockSize,
        };
        List<Value?> inputs = [node.Inputs[0], .. Constants(product, matrix)];
        if (isWithin)
        {
            while (inputs.Count < MatMulNBits.Bias) inputs.Add(null);
            inputs.Add(bias);
        }
        _graph.Remove(node);
        var op = MatMulNBits.From(attributes);
        if (bias is null || isWithin)
        {
            _graph.Add(op, inputs, [output], attributes, _graph.UniqueNodeName(name), OperatorTable.OnnxRuntime,
                following);
            return;
        }
        var sums = _graph.Add(op, inputs, _graph.UniqueName($"{name}_product"), attributes,
            domain: OperatorTable.OnnxRuntime, before: following);
        _graph.Add(OperatorTable.Create("", "Add", _graph.Opset, []), [sums, bias], [output], name: _graph.UniqueNodeName(name),
            before: following);
    }

    Value[] Constants(PlannedWeight product, BlockedMatrix matrix)
    {
        if (_constants.TryGetValue(product.Weight, out var known)) return known;
        var name = product.Weight.Name;
        var (rows, blocks, size) = (matrix.Rows, matrix.Blocks, matrix.Spec.BlockSize);
        var integers = Constant($"{name}_quantized", Tensor.Of<byte>([rows, blocks, size / 2], matrix.PackedIntegers()));
        var scales = Constant($"{name}_scale", Tensor.Of<float>([rows, blocks], matrix.Scales));
        return _constants[product.Weight] = !matrix.Spec.HasZeroPoints ? [integers, scales]
            : [integers, scales, Constant($"{name}_zero_point", Tensor.Of<byte>([rows, (blocks + 1) / 2], matrix.PackedZeroPoints()))];
    }

    Value Reals(PlannedWeight product, Node before, BlockedMatrix matrix)
    {
        if (_reals.TryGetValue(product.Weight, out var known)) return known;
        var (name, hasRowsFirst) = (product.Weight.Name, product.Axis == 0);
        var type = matrix.Spec.HasZeroPoints ? DataType.UInt4 : DataType.Int4;
        var middle = matrix.Spec.HasZeroPoints ? 0 : BlockedMatrix.Middle;
        var (integers, scales) = (new Tensor(type, Shape(matrix.Depth)), new Tensor(DataType.Float32, Shape(matrix.Blocks)));
        var zeroPoints = new Tensor(type, scales.Shape);
        for (var row = 0; row < matrix.Rows; row++)
        {
            for (var k = 0; k < matrix.Depth; k++)
                integers.Bytes[Place(row, k, matrix.Depth)] = (byte)(matrix.Integers[row * matrix.Depth + k] - middle);
            for (var block = 0; block < matrix.Blocks; block++)
            {
                scales.Floats[Place(row, block, matrix.Blocks)] = matrix.Scales[row * matrix.Blocks + block];
                zeroPoints.Bytes[Place(row, block, matrix.Blocks)] = matrix.ZeroPoints[row * matrix.Blocks + block];
            }
        }
        List<Value?> inputs = [Constant($"{name}_quantized", integers), Constant($"{name}_scale", scales)];
        if (matrix.Spec.HasZeroPoints) inputs.Add(Constant($"{name}_zero_point", zeroPoints));
        var attributes = new Attributes { ["axis"] = hasRowsFirst ? 1L : 0L, ["block_size"] = (long)matrix.Spec.BlockSize };
        return _reals[product.Weight] = _graph.Add("DequantizeLinear", inputs, $"{name}_dequantized", attributes, before);

        Shape Shape(int along) => hasRowsFirst ? [matrix.Rows, along] : [along, matrix.Rows];
        int Place(int row, int at, int along) => hasRowsFirst ? row * along + at : at * matrix.Rows + row;
    }

    Value Constant(string name, Tensor elements) => _graph.AddConstant(_graph.UniqueName(name), elements);
}
