using Octet.Data;
using Octet.Tensors;

namespace Octet.Evaluation.Boxes;

/// <summary>YOLOv5 and YOLOv7 as they are exported: a row for each of three anchors of each cell, [1, 3 · cells, 5 + classes]: centre,
/// width and height in pixels of the input, the probability of an object, and that of each class if there is one.</summary>
sealed class Yolov5Decoder : BoxDecoder
{
    const int Anchors = 3;

    public override string Name => "yolov5";

    public override string Description => "[1, 3 · cells, 5 + classes], centre and size in pixels";

    public override bool Fits(IReadOnlyList<Tensor> outputs, ImageSize input) =>
        IsTable(outputs) && outputs[0].Shape[1] == Anchors * CellCount(input) && outputs[0].Shape[2] > 5;

    public override IEnumerable<Detection> Decode(IReadOnlyList<Tensor> outputs, ImageSize input, float minScore)
    {
        var (rows, columns) = (outputs[0].Shape[1], outputs[0].Shape[2]);
        for (var i = 0; i < rows; i++)
        {
            var row = outputs[0].Floats.Slice(i * columns, columns);
            if (row[4] < minScore) continue;
            foreach (var detection in ClassScores.Of(Box.OfCenter(row[0], row[1], row[2], row[3]), row[5..], factor: row[4], minScore))
                yield return detection;
        }
    }
}
