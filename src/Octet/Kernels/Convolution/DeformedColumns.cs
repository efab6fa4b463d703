using System.Numerics;

namespace Octet.Kernels;

/// <summary>
/// An image as the matrix with which its deformable convolution is a matrix product: like <see cref="WindowColumns{T}"/>, but each tap of
/// each window looks at a place of its own, by an offset from where it would look otherwise, and what it sees may be damped.
/// </summary>
/// <remarks>Two spatial dimensions. Source: Zhu, Hu, Lin and Dai 2019, "Deformable ConvNets v2", arXiv:1811.11168, section 3.2.</remarks>
/// <param name="image">All channels of one image, [channels, height, width].</param>
/// <param name="offsets">Of that image, [groups of offsets, taps, 2 (down, right), windows].</param>
/// <param name="mask">Of that image, [groups of offsets, taps, windows]; null damps nothing.</param>
/// <param name="window">How the window moves, before offsets.</param>
/// <param name="firstChannel">The channel that row 0 begins with.</param>
/// <param name="channelsPerOffset">Channels that share their offsets.</param>
readonly unsafe struct DeformedColumns<T>(T* image, T* offsets, T* mask, WindowGeometry window, int firstChannel, int channelsPerOffset)
    : IColumnSource<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    readonly T* _image = image, _offsets = offsets, _mask = mask;
    readonly WindowGeometry _window = window;

    public void CopyRow(int row, int firstColumn, int count, T* destination)
    {
        var tap = WindowTap.At(row, _window);
        var (height, width) = (_window.Height, _window.Width);
        var channel = firstChannel + tap.Channel;
        var place = (nint)(channel / channelsPerOffset * _window.Taps + row % _window.Taps) * _window.OutputLength;
        var plane = _image + (nint)channel * _window.InputLength;
        for (var i = 0; i < count; i++)
        {
            var column = firstColumn + i;
            var (outputY, outputX) = Math.DivRem(column, width.Output);
            var y = T.CreateChecked(height.Start(outputY) + tap.Y * height.Dilation) + _offsets[2 * place + column];
            var x = T.CreateChecked(width.Start(outputX) + tap.X * width.Dilation) + _offsets[2 * place + _window.OutputLength + column];
            var seen = BilinearPoint<T>.SampleAmongZeros(plane, y, x, height.Input, width.Input);
            destination[i] = _mask is null ? seen : seen * _mask[place + column];
        }
    }
}
