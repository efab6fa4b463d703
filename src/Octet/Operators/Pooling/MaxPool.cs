using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>MaxPool</c>, since opset 1: the greatest element of each window, and optionally (since 8) its place in the whole input,
/// for one to three spatial dimensions. NaN counts as greater than all.
/// </summary>
/// <remarks>float32, float64, int8 and uint8.</remarks>
/// <param name="Window">How the window moves.</param>
/// <param name="ColumnMajor">Whether places count along the outermost spatial dimension first (<c>storage_order</c>).</param>
sealed record MaxPool(SlidingWindow Window, bool ColumnMajor) : Operator
{
    public static MaxPool From(Attributes attributes) => new(PoolingShapes.Window(attributes), attributes.Flag("storage_order"));

    public override bool OnlyMovesData => true;

    public override bool KeepsChannelScales => true;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => output == 0 ? inputs.TypeAt(0) : DataType.Int64;

    public override int MaxOutputs => 2;

    internal override double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs.TotalLength() + outputs.TotalLength() * Window.Taps;

    public override int MaxInputs => 1;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var shape = PoolingShapes.Output(inputs[0].Shape, Window);
        return [new(inputs[0].Type, shape), new(DataType.Int64, shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].Type)
        {
            case DataType.Float32: Run<float>(inputs[0], outputs); break;
            case DataType.Float64: Run<double>(inputs[0], outputs); break;
            case DataType.Int8: Run<sbyte>(inputs[0], outputs); break;
            case DataType.UInt8: Run<byte>(inputs[0], outputs); break;
            default: throw OperatorException.UnsupportedType(inputs[0].Type);
        }
    }

    unsafe void Run<T>(Tensor input, ReadOnlySpan<Tensor> outputs) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        var window = Window.Geometry(input.Shape);
        var channels = input.Shape.LengthOf(0, 2);
        var (source, result) =
            (new MatrixView<T>(input.Pointer<T>(), window.InputLength), new MatrixView<T>(outputs[0].Pointer<T>(), window.OutputLength));
        for (var channel = 0; channel < channels; channel++)
        {
            if (outputs.Optional(1) is not { } indices)
            {
                PoolingWindow.Fold(source.Row(channel), result.Row(channel), window, new Greatest<T>());
                continue;
            }
            var places = indices.AsSpan<long>().Slice(channel * window.OutputLength, window.OutputLength);
            fixed (long* start = places)
                PoolingWindow.MaxWithPlaces(source.Row(channel), result.Row(channel), start, window, ColumnMajor, Greatest<T>.Start);
            foreach (ref var place in places) place += (long)channel * window.InputLength;
        }
    }

    internal readonly struct Greatest<T> : IPoolingStep<T> where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        /// <summary>Minus infinity, or the least integer.</summary>
        public static T Start =>
            T.IsNegativeInfinity(T.CreateSaturating(double.NegativeInfinity)) ? T.CreateSaturating(double.NegativeInfinity) : T.MinValue;

        public T Invoke(T soFar, T element) => T.Max(soFar, element);

        public Vector<T> Invoke(Vector<T> soFar, Vector<T> elements) => Vector.Max(soFar, elements);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    /// <summary>All of it goes to the greatest element of the window; to the first one in row-major order where several are.</summary>
    private protected override unsafe void Backward<T>(in BackwardPass pass)
    {
        if (!pass.Wants(0, out var gradient)) return;
        var window = Window.Geometry(gradient.Shape);
        var (x, upstream) =
            (new MatrixView<T>(pass.Inputs[0].Pointer<T>(), window.InputLength),
                new MatrixView<T>(pass.FirstUpstream.Pointer<T>(), window.OutputLength));
        using var places = new Scratch<long>(window.OutputLength);
        using var greatest = new Scratch<T>(window.OutputLength);
        gradient.AsSpan<T>().Clear();
        var result = gradient.Pointer<T>();
        for (var channel = 0; channel < gradient.Shape.LengthOf(0, 2); channel++, result += window.InputLength)
        {
            PoolingWindow.MaxWithPlaces(x.Row(channel), greatest.Pointer, places.Pointer, window, columnMajor: false, T.NegativeInfinity);
            for (var i = 0; i < window.OutputLength; i++) result[places.Span[i]] += upstream.Row(channel)[i];
        }
    }
}
