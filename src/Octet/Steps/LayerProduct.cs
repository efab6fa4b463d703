using Octet.Graphs;
using Octet.Kernels;
using Octet.Operators;
using Octet.Tensors;
using Gemm = Octet.Operators.Gemm;

namespace Octet.Steps;

/// <summary>A layer with constant weights as matrix products: in each group, weights [rows, depth] times what they meet in the input, [depth, columns].</summary>
sealed class LayerProduct
{
    readonly Node _node;

    /// <summary>Elements of the weights from one row, and from one column, to the next.</summary>
    readonly (int Row, int Column) _stride;

    LayerProduct(Node node, int groups, int rows, int depth, (int, int) stride) => (_node, Groups, Rows, Depth, _stride) = (node, groups, rows, depth, stride);

    public int Groups { get; }

    /// <summary>Output channels of a group.</summary>
    public int Rows { get; }

    /// <summary>Weights of an output channel.</summary>
    public int Depth { get; }

    /// <summary>Null for a layer that is no such product.</summary>
    public static LayerProduct? Of(Node node)
    {
        var shape = node.Operator.Weights is { } facts ? node.InputOrNull(facts.WeightInput)?.Constant?.Shape : null;
        return (node.Operator, shape) switch
        {
            (Conv conv, { } weights) => new(node, conv.Groups, weights[0] / conv.Groups, weights.LengthOf(1, weights.Rank), (weights.LengthOf(1, weights.Rank), 1)),
            (Gemm { TransposeA: false, TransposeB: true }, { } weights) => new(node, 1, weights[0], weights[1], (weights[1], 1)),
            (Gemm { TransposeA: false } or MatMul, { Rank: 2 } weights) => new(node, 1, weights[1], weights[0], (1, weights[1])),
            _ => null,
        };
    }

    /// <summary>Calls <paramref name="use"/> with the place of each weight of a group in the matrix [rows, depth], and in the layer's tensor.</summary>
    public void ForEachWeight(int group, Action<int, int> use)
    {
        for (var at = 0; at < Rows * Depth; at++)
        {
            var (row, column) = Math.DivRem(at, Depth);
            use(at, (group * Rows + row) * _stride.Row + column * _stride.Column);
        }
    }

    /// <summary>How many matrices an input is for each group, and how many columns each has.</summary>
    public (int Images, int Columns) SizeOf(Tensor input) => _node.Operator is Conv conv
        ? (input.Shape[0], Window(conv, input).OutputLength)
        : (1, input.Length / Depth);

    /// <summary>Writes some columns of one of them.</summary>
    /// <param name="input">What the layer reads.</param>
    /// <param name="group">0..<see cref="Groups"/> − 1.</param>
    /// <param name="image">Which matrix.</param>
    /// <param name="first">The first column.</param>
    /// <param name="count">How many.</param>
    /// <param name="columns">[<see cref="Depth"/>, stride].</param>
    /// <param name="stride">Elements from one row of <paramref name="columns"/> to the next.</param>
    public unsafe void CopyColumns(Tensor input, int group, int image, int first, int count, float* columns, int stride)
    {
        if (_node.Operator is Conv conv)
        {
            var window = Window(conv, input);
            var source = new WindowColumns<float>(input.Pointer<float>() + (nint)(image * Groups + group) * (input.Shape[1] / Groups) * window.InputLength, window);
            for (var row = 0; row < Depth; row++) source.CopyRow(row, first, count, columns + row * stride);
            return;
        }
        var view = new MatrixView<float>(input.Pointer<float>(), rowStride: 1, columnStride: Depth);
        for (var row = 0; row < Depth; row++) view.CopyRow(row, first, count, columns + row * stride);
    }

    WindowGeometry Window(Conv conv, Tensor input) => conv.Window.Over(input.Shape, _node.Inputs[1]!.Constant!.Shape[2..]);
}
