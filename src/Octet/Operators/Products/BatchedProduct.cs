using System.Numerics;
using Octet.Kernels;

namespace Octet.Operators;

/// <summary>The products of all matrices of two operands.</summary>
static unsafe class BatchedProduct
{
    public static void Run<T>(in ProductShape shape, T* left, T* right, T* result) where T : unmanaged, INumber<T>
    {
        var batches = shape.Batches;
        if (batches == 0 || shape.Rows == 0 || shape.Columns == 0) return;
        if (shape.RightIsShared)
        {
            Multiply(batches * shape.Rows, shape, left, right, result);
            return;
        }
        for (var batch = 0; batch < batches; batch++, result += (nint)shape.Rows * shape.Columns)
        {
            var (i, j) = shape.MatricesOf(batch);
            Multiply(shape.Rows, shape, left + (nint)i * shape.Rows * shape.Depth, right + (nint)j * shape.Depth * shape.Columns, result);
        }
    }

    static void Multiply<T>(int rows, in ProductShape shape, T* left, T* right, T* result) where T : unmanaged, INumber<T> =>
        MatrixProduct.Multiply(
        rows, shape.Columns, shape.Depth, new MatrixView<T>(left, shape.Depth), new MatrixView<T>(right, shape.Columns), bias: null, result,
        shape.Columns);
}
