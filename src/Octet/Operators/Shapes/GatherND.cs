using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>GatherND</c>: indices [batches.., q.., m] are tuples of m coordinates into data [batches.., d₁.., dₘ.., rest..];
/// the output is [batches.., q.., rest..].
/// </summary>
sealed record GatherND(int BatchDimensions) : MovingOperator
{
    /// <summary>Attribute <c>batch_dims</c> since opset 12.</summary>
    public static GatherND From(Attributes attributes) => attributes.Int("batch_dims", fallback: 0) is >= 0 and <= 64 and var count
        ? new((int)count) : throw AttributeException.BadValue("batch_dims", attributes.Int("batch_dims"), "0..64");

    public override bool OnlyMovesData => true;

    public override int RequiredInputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var (data, indices) = (inputs[0].Shape, inputs[1].Shape);
        if (indices.Rank <= BatchDimensions || data.Rank < BatchDimensions || indices[^1] > data.Rank - BatchDimensions
            || !indices[..BatchDimensions].SequenceEqual(data[..BatchDimensions]))
        {
            throw new ShapeException($"indices {indices} do not fit data {data} with {BatchDimensions} batch dimension(s), which must be "
                + "equal in both");
        }
        return [new(inputs[0].Type, [.. indices[..^1], .. data[(BatchDimensions + indices[^1])..]])];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (data, indices) = (inputs[0].Shape, inputs[1].Shape);
        if (outputs[0].Length == 0) return;

        using var places = new Scratch<int>(indices.LengthOf(0, indices.Rank - 1));
        IndexOperand.ReadTuples(inputs[1], data, BatchDimensions, places.Span);
        ElementMove.Apply(inputs[0], outputs[0], new GatherPlaces(places.Span, data.LengthOf(BatchDimensions + indices[^1], data.Rank)));
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass) => BackwardByPlaces<T>(pass);
}
