using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>MaxUnpool</c>, since opset 9: puts each element back to the place that <see cref="MaxPool"/> took it from, with zeros everywhere
/// else. float32 and float64.
/// </summary>
/// <remarks>
/// Inputs: x [batch, channels, …], the places within the whole output (int64, as x), and optionally the shape of the output. Without the
/// latter each extent is <c>(x − 1) · stride + kernel − pads</c>.
/// </remarks>
sealed record MaxUnpool(SlidingWindow Window) : RealOperator
{
    public static MaxUnpool From(Attributes attributes) => new(PoolingShapes.Window(attributes));

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (x, places) = (inputs[0].Shape, inputs[1]);
        if (places.Type != DataType.Int64) throw OperatorException.UnsupportedType(places.Type);
        if (places.Shape != x) throw new ShapeException($"the places have shape {places.Shape}, but the input has {x}");
        return [new(inputs[0].Type,
            !inputs.IsKnown(2) ? Shape.Unknown : inputs.Integers(2) is { } wanted ? Wanted(x, wanted) : Inferred(x))];
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var y = outputs[0].AsSpan<T>();
        y.Clear();
        for (var i = 0; i < inputs[0].Length; i++)
        {
            var place = inputs[1].Longs[i];
            if ((ulong)place >= (ulong)y.Length)
                throw new OperatorException($"place {place} lies outside an output of {y.Length} element(s)");
            y[(int)place] = inputs[0].AsSpan<T>()[i];
        }
    }

    Shape Inferred(Shape x)
    {
        var rank = Window.CheckRank(x, Window.Kernel);
        var extents = new long[x.Rank];
        for (var axis = 0; axis < x.Rank; axis++) extents[axis] = x[axis];
        for (var i = 0; i < rank; i++)
        {
            long pads = Window.Pads is null ? 0 : (long)Window.Pads[i] + Window.Pads[i + rank];
            extents[i + 2] = (x[i + 2] - 1L) * SlidingWindow.At(Window.Strides, i) + Window.Kernel![i] - pads;
        }
        return Shape.From(extents);
    }

    static Shape Wanted(Shape x, long[] extents)
    {
        var shape = Shape.From(extents);
        return shape.Rank == x.Rank && shape[..2].SequenceEqual(x[..2]) ? shape
            : throw new ShapeException($"an output of shape {shape} does not fit an input of shape {x}: rank, batch and channels must be "
                + "the same");
    }
}
