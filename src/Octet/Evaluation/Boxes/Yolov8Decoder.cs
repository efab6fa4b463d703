using Octet.Data;
using Octet.Tensors;

namespace Octet.Evaluation.Boxes;

/// <summary>YOLOv8 and later as they are exported: a column for each cell, [1, 4 + classes, cells]: centre, width and height in pixels of
/// the input, and the probability of each class.</summary>
sealed class Yolov8Decoder : BoxDecoder
{
    public override string Name => "yolov8";

    public override string Description => "[1, 4 + classes, cells], centre and size in pixels";

    public override bool Fits(IReadOnlyList<Tensor> outputs, ImageSize input) =>
        IsTable(outputs) && outputs[0].Shape[2] == CellCount(input) && outputs[0].Shape[1] > 4;

    public override IEnumerable<Detection> Decode(IReadOnlyList<Tensor> outputs, ImageSize input, float minScore)
    {
        var (rows, cells) = (outputs[0].Shape[1], outputs[0].Shape[2]);
        var column = new float[rows];
        for (var i = 0; i < cells; i++)
        {
            for (var row = 0; row < rows; row++) column[row] = outputs[0].Floats[row * cells + i];
            foreach (var detection in ClassScores.Of(Box.OfCenter(column[0], column[1], column[2], column[3]), column.AsSpan(4), factor: 1,
                    minScore)) yield return detection;
        }
    }
}
