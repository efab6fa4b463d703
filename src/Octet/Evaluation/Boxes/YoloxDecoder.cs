using Octet.Data;
using Octet.Tensors;

namespace Octet.Evaluation.Boxes;

/// <summary>
/// YOLOX as it is exported without decoding: a row for each cell of the grids, [1, cells, 5 + classes]: the centre's offset from the cell
/// in cells, the logarithms of width and height in cells, the probability of an object, and that of each class if there is one. Source: Ge
/// et al., YOLOX, 2021, section 2.
/// </summary>
sealed class YoloxDecoder : BoxDecoder
{
    public override string Name => "yolox";

    public override string Description => "[1, cells, 5 + classes], offsets and logarithms in cells of 8, 16 and 32 pixels";

    public override bool Fits(IReadOnlyList<Tensor> outputs, ImageSize input) =>
        IsTable(outputs) && outputs[0].Shape[1] == CellCount(input) && outputs[0].Shape[2] > 5;

    public override IEnumerable<Detection> Decode(IReadOnlyList<Tensor> outputs, ImageSize input, float minScore)
    {
        var columns = outputs[0].Shape[2];
        var start = 0;
        foreach (var (x, y, stride) in Cells(input))
        {
            var row = outputs[0].Floats.Slice(start, columns);
            start += columns;
            if (row[4] < minScore) continue;

            var box = Box.OfCenter((row[0] + x) * stride, (row[1] + y) * stride, MathF.Exp(row[2]) * stride, MathF.Exp(row[3]) * stride);
            foreach (var detection in ClassScores.Of(box, row[5..], factor: row[4], minScore)) yield return detection;
        }
    }
}
