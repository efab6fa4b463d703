using System.Numerics;

namespace Octet.Kernels;

/// <summary>A place between four elements of a plane: their indices, and the share that each has in the value there.</summary>
readonly record struct BilinearPoint<T>(int TopLeft, int TopRight, int BottomLeft, int BottomRight, T ShareTopLeft, T ShareTopRight,
    T ShareBottomLeft, T ShareBottomRight)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The place (y, x) with coordinates held within the plane, as region pooling samples: beyond one element outside the plane there is
    /// nothing, and closer to it the border goes on.
    /// </summary>
    /// <returns>Null where there is nothing.</returns>
    public static BilinearPoint<T>? Clamped(T y, T x, int height, int width)
    {
        if (!(y >= -T.One && y <= T.CreateChecked(height) && x >= -T.One && x <= T.CreateChecked(width))) return null;

        var (top, bottom, belowTop) = Neighbours(y, height);
        var (left, right, behindLeft) = Neighbours(x, width);
        return new(
            top * width + left, top * width + right, bottom * width + left, bottom * width + right,
            (T.One - belowTop) * (T.One - behindLeft), (T.One - belowTop) * behindLeft, belowTop * (T.One - behindLeft),
            belowTop * behindLeft);
    }

    /// <summary>The value at place (y, x) of a plane that has zeros all around.</summary>
    public static unsafe T SampleAmongZeros(T* plane, T y, T x, int height, int width)
    {
        if (!(y > -T.One && y < T.CreateChecked(height) && x > -T.One && x < T.CreateChecked(width))) return T.Zero;

        var (top, left) = (int.CreateTruncating(T.Floor(y)), int.CreateTruncating(T.Floor(x)));
        var (belowTop, behindLeft) = (y - T.CreateChecked(top), x - T.CreateChecked(left));
        return (T.One - belowTop) * ((T.One - behindLeft) * At(top, left) + behindLeft * At(top, left + 1))
            + belowTop * ((T.One - behindLeft) * At(top + 1, left) + behindLeft * At(top + 1, left + 1));

        T At(int row, int column) => (uint)row < (uint)height && (uint)column < (uint)width ? plane[(nint)row * width + column] : T.Zero;
    }

    static (int Low, int High, T BeyondLow) Neighbours(T coordinate, int extent)
    {
        coordinate = T.Max(coordinate, T.Zero);
        var low = int.CreateTruncating(coordinate);
        return low >= extent - 1 ? (extent - 1, extent - 1, T.Zero) : (low, low + 1, coordinate - T.CreateChecked(low));
    }
}
