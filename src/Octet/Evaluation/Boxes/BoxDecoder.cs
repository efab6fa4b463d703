using Octet.Data;
using Octet.Tensors;

namespace Octet.Evaluation.Boxes;

/// <summary>Turns what a detector gives for one picture into boxes. Each family of detectors has its own form; one class a
/// family.</summary>
public abstract class BoxDecoder
{
    /// <summary>What people write to choose it: <c>yolox</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The form of the outputs, in a few words.</summary>
    public abstract string Description { get; }

    /// <summary>All there are.</summary>
    public static IReadOnlyList<BoxDecoder> All { get; } = [new YoloxDecoder(), new Yolov5Decoder(), new Yolov8Decoder(), new SsdDecoder()];

    /// <summary>Whether outputs of these shapes can be of this family.</summary>
    /// <param name="outputs">What the model gave.</param>
    /// <param name="input">The model's input.</param>
    public abstract bool Fits(IReadOnlyList<Tensor> outputs, ImageSize input);

    /// <summary>The boxes of at least the given score, in pixels of the model's input, in no order, overlapping ones not yet
    /// removed.</summary>
    public abstract IEnumerable<Detection> Decode(IReadOnlyList<Tensor> outputs, ImageSize input, float minScore);

    /// <summary>The first family that fits.</summary>
    /// <exception cref="SampleException">None does.</exception>
    public static BoxDecoder For(IReadOnlyList<Tensor> outputs, ImageSize input)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        return All.FirstOrDefault(decoder => decoder.Fits(outputs, input))
            ?? throw new SampleException($"The model's outputs {string.Join(", ", outputs)} are of no detector that is "
                + $"known: {string.Join("; ", All.Select(decoder => $"{decoder.Name}: {decoder.Description}"))}.");
    }

    /// <summary>Cells of the grids with steps of 8, 16 and 32 pixels over the input, that of the smallest step first; row by row.</summary>
    private protected static IEnumerable<(int X, int Y, int Stride)> Cells(ImageSize input) =>
        from stride in (int[])[8, 16, 32]
        from y in Enumerable.Range(0, input.Height / stride)
        from x in Enumerable.Range(0, input.Width / stride)
        select (x, y, stride);

    private protected static int CellCount(ImageSize input) =>
        ((int[])[8, 16, 32]).Sum(stride => input.Height / stride * (input.Width / stride));

    /// <summary>Whether the only output that counts, the first one, is float32 [1, …, …].</summary>
    private protected static bool IsTable(IReadOnlyList<Tensor> outputs) =>
        outputs is [{ Type: DataType.Float32, Shape: { Rank: 3 } shape }, ..] && shape[0] == 1;
}
