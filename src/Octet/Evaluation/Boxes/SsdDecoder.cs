using Octet.Data;
using Octet.Tensors;

namespace Octet.Evaluation.Boxes;

/// <summary>
/// Single shot detectors with their boxes decoded: two outputs in either order, boxes [1, n, 4] as left, top, right, bottom in parts of the
/// input (0..1), and probabilities [1, n, 1 + classes], of which the first is that of nothing being there. Source: Liu et al., SSD, 2016.
/// </summary>
sealed class SsdDecoder : BoxDecoder
{
    public override string Name => "ssd";

    public override string Description =>
        "boxes [1, n, 4] as corners between 0 and 1, and probabilities [1, n, 1 + classes] of which the first is the background";

    public override bool Fits(IReadOnlyList<Tensor> outputs, ImageSize input) => outputs.Count >= 2 && Find(outputs) is not null;

    public override IEnumerable<Detection> Decode(IReadOnlyList<Tensor> outputs, ImageSize input, float minScore)
    {
        var (boxes, scores) = Find(outputs)!.Value;
        var columns = scores.Shape[2];
        for (var i = 0; i < boxes.Shape[1]; i++)
        {
            var corners = boxes.Floats.Slice(4 * i, 4);
            var box = new Box(corners[0] * input.Width, corners[1] * input.Height, corners[2] * input.Width, corners[3] * input.Height);
            foreach (var detection in ClassScores.Of(box, scores.Floats.Slice(i * columns + 1, columns - 1), factor: 1, minScore))
                yield return detection;
        }
    }

    static (Tensor Boxes, Tensor Scores)? Find(IReadOnlyList<Tensor> outputs)
    {
        var tables = outputs.Where(output => IsTable([output])).ToArray();
        var boxes = tables.FirstOrDefault(table => table.Shape[2] == 4);
        var scores = tables.FirstOrDefault(table => table != boxes && table.Shape[1] == boxes?.Shape[1] && table.Shape[2] > 1);
        return boxes is null || scores is null ? null : (boxes, scores);
    }
}
