using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>NonMaxSuppression</c>: of boxes [batch, n, 4] with scores [batch, classes, n], keeps in each class the best ones that do not
/// overlap a better one too much; the output is int64 [kept, 3]: batch, class, box.
/// </summary>
/// <remarks>
/// Optional inputs: the most boxes to keep for each class (0), the intersection over union above which boxes count as overlapping (0), and
/// the score that a box must exceed. Boxes are two opposite corners (y, x, y, x), or center and size (x, y, width, height).
/// </remarks>
sealed record NonMaxSuppression(bool CenterAndSize) : Operator
{
    public static NonMaxSuppression From(Attributes attributes) => new(attributes.Flag("center_point_box"));

    public override int RequiredInputs => 2;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Int64;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs[0].Shape.Length * (double)inputs[1].Shape.Length;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (boxes, scores) = (inputs[0].Shape, inputs[1].Shape);
        if (boxes.Rank != 3 || scores.Rank != 3 || boxes[2] != 4 || boxes[0] != scores[0] || boxes[1] != scores[2])
        {
            throw new ShapeException($"boxes {boxes} and scores {scores} do not match: [batch, n, 4] goes with [batch, classes, n]");
        }
        if (!inputs.AreKnown(0)) return [new(DataType.Int64, Shape.Unknown)];

        var kept = Select(inputs[0].Value!, inputs[1].Value!, inputs.Optional(2)?.Value, inputs.Optional(3)?.Value,
            inputs.Optional(4)?.Value);
        return [new(DataType.Int64, [kept.Count, 3])];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var rows = outputs[0].Longs;
        foreach (var (batch, category, box) in Select(inputs[0], inputs[1], inputs.Optional(2), inputs.Optional(3), inputs.Optional(4)))
        {
            (rows[0], rows[1], rows[2]) = (batch, category, box);
            rows = rows[3..];
        }
    }

    List<(int Batch, int Class, int Box)> Select(Tensor boxes, Tensor scores, Tensor? max, Tensor? overlap, Tensor? score)
    {
        var limit = max is { Length: > 0 } ? max.Integer() : 0;
        var (minOverlap, minScore) =
            (overlap is { Length: > 0 } ? AsFloats(overlap)[0] : 0, score is { Length: > 0 } ? AsFloats(score)[0] : float.NegativeInfinity);
        if (!(minOverlap >= 0 && minOverlap <= 1))
            throw new OperatorException($"the threshold of overlap is {minOverlap}; it lies between 0 and 1");

        var (batches, classes, count) = (scores.Shape[0], scores.Shape[1], scores.Shape[2]);
        var (allBoxes, allScores) = (AsFloats(boxes), AsFloats(scores));
        var kept = new List<(int, int, int)>();
        var areas = new Area[count];
        for (var batch = 0; batch < batches; batch++)
        {
            for (var i = 0; i < count; i++) areas[i] = AreaOf(allBoxes.AsSpan((batch * count + i) * 4, 4));
            for (var category = 0; category < classes; category++)
            {
                var own = new ArraySegment<float>(allScores, (batch * classes + category) * count, count);
                foreach (var box in Best(own, areas, limit, minOverlap, minScore)) kept.Add((batch, category, box));
            }
        }
        return kept;
    }

    /// <summary>The boxes of one class to keep, best first.</summary>
    static List<int> Best(ArraySegment<float> scores, Area[] areas, long limit, float minOverlap, float minScore)
    {
        var best = new List<int>();
        // OrderBy is stable: of equal scores, the box of lower index comes first.
        foreach (var box in Enumerable.Range(0, scores.Count).Where(box => scores[box] > minScore).OrderByDescending(box => scores[box]))
        {
            if (best.Count >= limit) break;
            if (!best.Exists(better => areas[box].Overlap(areas[better]) > minOverlap)) best.Add(box);
        }
        return best;
    }

    Area AreaOf(ReadOnlySpan<float> box) => CenterAndSize
        ? new(box[0] - box[2] / 2, box[0] + box[2] / 2, box[1] - box[3] / 2, box[1] + box[3] / 2)
        : new(MathF.Min(box[1], box[3]), MathF.Max(box[1], box[3]), MathF.Min(box[0], box[2]), MathF.Max(box[0], box[2]));

    /// <summary>The elements as float32; they are such but where float16 is asked for its shapes.</summary>
    static float[] AsFloats(Tensor tensor)
    {
        var floats = new Tensor(DataType.Float32, tensor.Shape);
        TypeConversion.Convert(tensor, floats);
        return floats.Floats.ToArray();
    }

    readonly record struct Area(float Left, float Right, float Top, float Bottom)
    {
        float Size => (Right - Left) * (Bottom - Top);

        /// <summary>Intersection over union; 0 where they have none.</summary>
        public float Overlap(Area other)
        {
            var width = MathF.Min(Right, other.Right) - MathF.Max(Left, other.Left);
            var height = MathF.Min(Bottom, other.Bottom) - MathF.Max(Top, other.Top);
            if (!(width > 0 && height > 0)) return 0;
            var common = width * height;
            return common / (Size + other.Size - common);
        }
    }
}
