using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Det</c>, since opset 11: the determinant of each square matrix in the last two dimensions, [*, n, n] to [*].</summary>
sealed record Det : NumericOperator
{
    public static Det From(Attributes attributes) => new();

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs[0].Shape.Length * (double)Math.Max(1, inputs[0].Shape.Rank == 0 ? 1 : inputs[0].Shape[^1]);

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = inputs[0].Shape;
        return shape.Rank >= 2 && shape[^1] == shape[^2]
            ? [new(inputs[0].Type, new(shape[..^2]))]
            : throw new ShapeException($"shape {shape} does not end with a square matrix");
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var n = inputs[0].Shape[^1];
        var x = inputs[0].AsSpan<T>();
        var results = outputs[0].AsSpan<T>();
        var matrix = new double[n * n];
        for (var i = 0; i < results.Length; i++)
        {
            for (var j = 0; j < matrix.Length; j++) matrix[j] = double.CreateTruncating(x[i * matrix.Length + j]);
            results[i] = T.CreateSaturating(Determinant(matrix, n));
        }
    }

    /// <summary>The product of the pivots of Gaussian elimination, with the greatest element of each column as pivot; destroys the
    /// matrix.</summary>
    static double Determinant(Span<double> matrix, int n)
    {
        var determinant = 1.0;
        for (var column = 0; column < n; column++)
        {
            var pivot = column;
            for (var row = column + 1; row < n; row++)
            {
                if (Math.Abs(matrix[row * n + column]) > Math.Abs(matrix[pivot * n + column])) pivot = row;
            }
            if (matrix[pivot * n + column] == 0) return 0;
            if (pivot != column)
            {
                determinant = -determinant;
                for (var k = column; k < n; k++)
                    (matrix[pivot * n + k], matrix[column * n + k]) = (matrix[column * n + k], matrix[pivot * n + k]);
            }
            determinant *= matrix[column * n + column];
            for (var row = column + 1; row < n; row++)
            {
                var factor = matrix[row * n + column] / matrix[column * n + column];
                for (var k = column; k < n; k++) matrix[row * n + k] -= factor * matrix[column * n + k];
            }
        }
        return determinant;
    }
}
