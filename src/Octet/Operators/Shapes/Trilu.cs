using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Trilu</c>: keeps the upper or the lower triangle of each matrix [.., rows, columns], with the diagonal that the second input
/// names
/// (0 is the main one, positive ones lie above it), and zero elsewhere.
/// </summary>
sealed record Trilu(bool Upper) : MovingOperator
{
    public static Trilu From(Attributes attributes) => new(attributes.Flag("upper", fallback: true));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => inputs[0].Shape.Rank >= 2
        ? [new(inputs[0].Type, inputs[0].Shape)]
        : throw new ShapeException($"matrices [.., rows, columns] are expected, but the shape is {inputs[0].Shape}");

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var shape = inputs[0].Shape;
        if (shape.Length == 0) return;

        var (rows, columns) = (shape[^2], shape[^1]);
        var diagonal = Math.Clamp(inputs.Optional(1)?.Integer() ?? 0, -rows, columns);
        ElementMove.Apply(new Tensor(inputs[0].Type, Shape.Scalar), outputs[0], new Fill());
        for (var row = 0; row < rows; row++)
        {
            // The diagonal belongs to both triangles.
            var border = (int)Math.Clamp(row + diagonal + (Upper ? 0 : 1), 0, columns);
            var (start, kept) = Upper ? (border, columns - border) : (0, border);
            var first = row * columns + start;
            ElementMove.Apply(inputs[0], outputs[0],
                new StridedCopy([shape.Length / (rows * columns), kept], [rows * columns, 1], [rows * columns, 1], first, first));
        }
    }
}
