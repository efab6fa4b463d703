using System.Numerics;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Kernels;

/// <summary>Convolution of images in the layout of ONNX, [batch, channels, depth, height, width], for any number type.</summary>
/// <param name="Batch">Number of images.</param>
/// <param name="InputChannels">Channels of an image.</param>
/// <param name="OutputChannels">Channels of a result.</param>
/// <param name="Groups">Groups of channels; an output channel sees the input channels of its group alone.</param>
/// <param name="Window">How the window moves over each channel.</param>
readonly unsafe record struct ChannelFirstConvolution(int Batch, int InputChannels, int OutputChannels, int Groups, WindowGeometry Window)
{
    /// <summary>Elements of the matrix of windows that a transposed convolution computes before it adds them up: 1 MiB of floats.</summary>
    const int TransposedTile = 1 << 18;

    int GroupInputs => InputChannels / Groups;

    int GroupOutputs => OutputChannels / Groups;

    /// <summary>Rows of the matrix of windows.</summary>
    int GroupDepth => GroupInputs * Window.Taps;

    /// <param name="input">[batch, input channels, …].</param>
    /// <param name="weights">[output channels, input channels / groups, …].</param>
    /// <param name="bias">[output channels]; null for none.</param>
    /// <param name="output">[batch, output channels, …].</param>
    public void Run<T>(T* input, T* weights, T* bias, T* output) where T : unmanaged, INumber<T>
    {
        for (var image = 0; image < Batch; image++)
        {
            for (var group = 0; group < Groups; group++)
            {
                var (first, place) = (group * GroupOutputs, image * Groups + group);
                RunGroup(
                    input + (nint)place * GroupInputs * Window.InputLength,
                    weights + (nint)first * GroupDepth,
                    bias is null ? null : bias + first,
                    output + (nint)place * GroupOutputs * Window.OutputLength);
            }
        }
    }

    void RunGroup<T>(T* input, T* weights, T* bias, T* output) where T : unmanaged, INumber<T>
    {
        if (GroupInputs == 1 && ChannelwiseWindow.TryConvolve(input, weights, bias, GroupOutputs, output, Window)) return;

        var left = new MatrixView<T>(weights, GroupDepth);
        if (Window.IsPointwise)
        {
            var right = new MatrixView<T>(input, Window.InputLength);
            MatrixProduct.Multiply(GroupOutputs, Window.OutputLength, GroupDepth, left, right, bias, output, Window.OutputLength);
            return;
        }
        var columns = new WindowColumns<T>(input, Window);
        MatrixProduct.Multiply(GroupOutputs, Window.OutputLength, GroupDepth, left, columns, bias, output, Window.OutputLength);
    }

    /// <summary>
    /// The transposed convolution: what <see cref="Run"/> reads is written, so images come in with the shape that this geometry calls its
    /// output.
    /// </summary>
    /// <param name="input">[batch, <see cref="OutputChannels"/>, output extents of the window].</param>
    /// <param name="weights">[<see cref="OutputChannels"/>, <see cref="InputChannels"/> / groups, …].</param>
    /// <param name="bias">[<see cref="InputChannels"/>]; null for none.</param>
    /// <param name="output">[batch, <see cref="InputChannels"/>, input extents of the window].</param>
    public void RunTransposed<T>(T* input, T* weights, T* bias, T* output) where T : unmanaged, INumber<T>
    {
        if (Batch == 0 || InputChannels == 0) return;

        var channelsAtOnce = Math.Clamp(TransposedTile / Math.Max(1, Window.Taps * Window.OutputLength), 1, GroupInputs);
        using var columns = new Scratch<T>(channelsAtOnce * Window.Taps * Window.OutputLength);
        for (var place = 0; place < Batch * Groups; place++)
        {
            var group = place % Groups;
            var images = new MatrixView<T>(input + (nint)place * GroupOutputs * Window.OutputLength, Window.OutputLength);
            for (var first = 0; first < GroupInputs; first += channelsAtOnce)
            {
                var channels = Math.Min(channelsAtOnce, GroupInputs - first);
                var start = weights + (nint)group * GroupOutputs * GroupDepth + first * Window.Taps;
                var transposed = new MatrixView<T>(start, rowStride: 1, columnStride: GroupDepth);
                MatrixProduct.Multiply(channels * Window.Taps, Window.OutputLength, GroupOutputs, transposed, images, bias: null,
                    columns.Pointer, Window.OutputLength);
                for (var channel = 0; channel < channels; channel++, output += Window.InputLength)
                {
                    new Span<T>(output, Window.InputLength).Fill(bias is null ? T.Zero : bias[group * GroupInputs + first + channel]);
                    WindowColumns<T>.AddBack(columns.Pointer + (nint)channel * Window.Taps * Window.OutputLength, output, Window);
                }
            }
        }
    }

    /// <summary>The definition of <see cref="Run"/>, one element at a time.</summary>
    internal void Reference<T>(T* input, T* weights, T* bias, T* output) where T : unmanaged, INumber<T>
    {
        var (depth, height, width) = Window;
        for (var place = 0; place < Batch * OutputChannels * Window.OutputLength; place++)
        {
            var (line, column) = Math.DivRem(place, width.Output);
            var (slice, row) = Math.DivRem(line, height.Output);
            var (channelPlace, level) = Math.DivRem(slice, depth.Output);
            var (image, channel) = Math.DivRem(channelPlace, OutputChannels);
            var sum = T.Zero;
            for (var i = 0; i < GroupDepth; i++)
            {
                var tap = WindowTap.At(i, Window);
                var z = level * depth.Stride - depth.PadBefore + tap.Z * depth.Dilation;
                var y = row * height.Stride - height.PadBefore + tap.Y * height.Dilation;
                var x = column * width.Stride - width.PadBefore + tap.X * width.Dilation;
                if (z < 0 || z >= depth.Input || y < 0 || y >= height.Input || x < 0 || x >= width.Input) continue;

                var inputChannel = image * InputChannels + channel / GroupOutputs * GroupInputs + tap.Channel;
                var seen = input[((inputChannel * depth.Input + z) * height.Input + y) * width.Input + x];
                sum = MatrixProduct.MultiplyAdd(weights[channel * GroupDepth + i], seen, sum);
            }
            output[place] = bias is null ? sum : sum + bias[channel];
        }
    }

    /// <summary>The gradient of the weights: <c>Σ outputGradient[n, m, o] · input[n, c, what tap k sees at o]</c>, summed image by
    /// image.</summary>
    /// <param name="input">As for <see cref="Run"/>.</param>
    /// <param name="outputGradient">[batch, output channels, …].</param>
    /// <param name="weightGradient">Receives the gradient, of the shape of the weights.</param>
    public void WeightGradient<T>(T* input, T* outputGradient, T* weightGradient) where T : unmanaged, INumber<T>
    {
        var length = GroupOutputs * GroupDepth;
        new Span<T>(weightGradient, Groups * length).Clear();
        using var columnScratch = new Scratch<T>(GroupDepth * Window.OutputLength);
        using var termScratch = new Scratch<T>(length);
        for (var place = 0; place < Batch * Groups; place++)
        {
            var columns = new WindowColumns<T>(input + (nint)place * GroupInputs * Window.InputLength, Window);
            for (var row = 0; row < GroupDepth; row++)
                columns.CopyRow(row, 0, Window.OutputLength, columnScratch.Pointer + (nint)row * Window.OutputLength);
            var left = new MatrixView<T>(outputGradient + (nint)place * GroupOutputs * Window.OutputLength, Window.OutputLength);
            var right = new MatrixView<T>(columnScratch.Pointer, rowStride: 1, columnStride: Window.OutputLength);
            MatrixProduct.Multiply(GroupOutputs, GroupDepth, Window.OutputLength, left, right, bias: null, termScratch.Pointer, GroupDepth);
            var sums = new Span<T>(weightGradient + place % Groups * length, length);
            TensorPrimitives.Add(sums, termScratch.Span, sums);
        }
    }

    /// <summary>The gradient of the bias: the sum of each channel.</summary>
    public static void BiasGradient<T>(ReadOnlySpan<T> outputGradient, Span<T> biasGradient, int batch) where T : unmanaged, INumber<T>
    {
        biasGradient.Clear();
        if (outputGradient.IsEmpty) return;
        var length = outputGradient.Length / (batch * biasGradient.Length);
        for (var row = 0; row < batch * biasGradient.Length; row++)
        {
            biasGradient[row % biasGradient.Length] += RowStatistics.Sum(outputGradient.Slice(row * length, length));
        }
    }
}
