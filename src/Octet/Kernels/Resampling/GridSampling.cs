using System.Numerics;
using Octet.Tensors;

namespace Octet.Kernels;

/// <summary>What lies beyond the border of an image that is sampled.</summary>
enum SamplePadding
{
    Zeros,

    /// <summary>The nearest pixel of the border.</summary>
    Border,

    /// <summary>The image mirrored at its border, again and again.</summary>
    Reflection,
}

/// <summary>Samples images at any points, as ONNX <c>GridSample</c> defines it.</summary>
/// <param name="Interpolation">How values between pixels are found; the cubic has a coefficient of −0.75.</param>
/// <param name="Padding">What lies beyond the border.</param>
/// <param name="AlignCorners">Whether −1 and 1 are the centres of the outermost pixels, or their outer borders.</param>
sealed record GridSampling(Interpolation Interpolation, SamplePadding Padding, bool AlignCorners)
{
    const double CubicCoefficient = -0.75;

    int TapsPerAxis => Interpolation switch { Interpolation.Nearest => 1, Interpolation.Linear => 2, _ => 4 };

    /// <summary>Samples all channels of one image at all points.</summary>
    /// <param name="image">[channels, extents..].</param>
    /// <param name="extents">Extents of the image, outermost first.</param>
    /// <param name="points">[points, axes], each from the innermost axis outwards, −1..1 across the image.</param>
    /// <param name="result">[channels, points].</param>
    public void Run<T>(ReadOnlySpan<T> image, ReadOnlySpan<int> extents, ReadOnlySpan<T> points, Span<T> result)
        where T : unmanaged, INumber<T>
    {
        var pointCount = points.Length / extents.Length;
        var plane = new Shape(extents).Length;
        var tapCount = 1;
        foreach (var _ in extents) tapCount *= TapsPerAxis;
        using var places = new Scratch<int>(tapCount);
        using var weights = new Scratch<double>(tapCount);
        for (var point = 0; point < pointCount; point++)
        {
            FindTaps(points.Slice(point * extents.Length, extents.Length), extents, places.Span, weights.Span);
            for (var (from, to) = (0, point); to < result.Length; from += plane, to += pointCount)
            {
                var sum = 0.0;
                for (var tap = 0; tap < tapCount; tap++)
                {
                    if (weights.Span[tap] != 0) sum += double.CreateTruncating(image[from + places.Span[tap]]) * weights.Span[tap];
                }
                result[to] = T.CreateTruncating(sum);
            }
        }
    }

    /// <summary>The pixels that make up the value at a point, and their weights; a weight of 0 where there is no pixel.</summary>
    void FindTaps<T>(ReadOnlySpan<T> point, ReadOnlySpan<int> extents, Span<int> places, Span<double> weights) where T : INumber<T>
    {
        var taps = TapsPerAxis;
        Span<double> curve = stackalloc double[4];
        places.Clear();
        weights.Fill(1);
        for (int axis = extents.Length - 1, repeats = 1, stride = 1; axis >= 0; axis--, repeats *= taps)
        {
            var extent = extents[axis];
            var coordinate = Coordinate(double.CreateTruncating(point[extents.Length - 1 - axis]), extent);
            var first = Interpolation == Interpolation.Nearest ? coordinate : Math.Floor(coordinate) - (taps / 2 - 1);
            Weigh(coordinate - Math.Floor(coordinate), curve);
            for (var i = 0; i < places.Length; i++)
            {
                var tap = i / repeats % taps;
                var pixel = PixelAt(first + tap, extent);
                places[i] += Math.Max(pixel, 0) * stride;
                weights[i] *= pixel < 0 ? 0 : curve[tap];
            }
            stride *= extent;
        }
    }

    /// <summary>The weights of the neighbours of a coordinate, which lies as far beyond the pixel before it.</summary>
    void Weigh(double fraction, Span<double> curve)
    {
        switch (Interpolation)
        {
            case Interpolation.Nearest:
                curve[0] = 1;
                break;
            case Interpolation.Linear:
                (curve[0], curve[1]) = (1 - fraction, fraction);
                break;
            default:
                (curve[0], curve[1]) = (Outer(1 + fraction), Inner(fraction));
                (curve[2], curve[3]) = (Inner(1 - fraction), Outer(2 - fraction));
                break;
        }

        static double Inner(double x) => ((CubicCoefficient + 2) * x - (CubicCoefficient + 3)) * x * x + 1;

        static double Outer(double x) =>
            ((CubicCoefficient * x - 5 * CubicCoefficient) * x + 8 * CubicCoefficient) * x - 4 * CubicCoefficient;
    }

    /// <summary>The coordinate in pixels of a normalized one, brought inside where the padding says so. One that is not finite lies far
    /// outside.</summary>
    double Coordinate(double normalized, int extent)
    {
        var coordinate = AlignCorners ? (normalized + 1) / 2 * (extent - 1) : ((normalized + 1) * extent - 1) / 2;
        if (!(Math.Abs(coordinate) < 1e9)) coordinate = -1e9;
        if (Interpolation == Interpolation.Nearest) coordinate = Math.Round(coordinate, MidpointRounding.ToEven);
        return Padding switch
        {
            SamplePadding.Border when IsBeyond(coordinate, extent) => Math.Clamp(coordinate, 0, extent - 1),
            SamplePadding.Reflection => Reflect(coordinate, extent),
            _ => coordinate,
        };
    }

    /// <summary>The pixel at whole coordinates; −1 where there is none.</summary>
    int PixelAt(double coordinate, int extent) => Padding switch
    {
        SamplePadding.Border => (int)Math.Clamp(coordinate, 0, extent - 1),
        SamplePadding.Reflection => (int)Math.Clamp(Reflect(coordinate, extent), 0, extent - 1),
        _ => coordinate >= 0 && coordinate < extent ? (int)coordinate : -1,
    };

    /// <summary>Where the image ends: at the centre of the outermost pixel, or half a pixel further.</summary>
    double Margin => AlignCorners ? 0 : 0.5;

    bool IsBeyond(double coordinate, int extent) => coordinate < -Margin || coordinate > extent - 1 + Margin;

    double Reflect(double coordinate, int extent)
    {
        var range = extent - 1 + 2 * Margin;
        if (range == 0) return 0;
        var distance = Math.Abs(coordinate + Margin) % (2 * range);
        return Math.Min(distance, 2 * range - distance) - Margin;
    }
}
