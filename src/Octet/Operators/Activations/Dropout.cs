using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Dropout</c> as inference knows it, since opset 7: the input again, and optionally a mask that keeps
/// everything.</summary>
/// <param name="MaskIsBool">Whether the mask is bool, as since opset 10, or of the input's type.</param>
/// <param name="Ratio">Share of elements that training drops; since opset 12 an input, null here.</param>
sealed record Dropout(bool MaskIsBool, float? Ratio) : Operator
{
    public override bool OnlyMovesData => true;

    const int RatioInput = 1, TrainingModeInput = 2;

    public static Dropout From(Attributes attributes) => new(MaskIsBool: true, Ratio: null);

    public static Dropout From10(Attributes attributes) => new(MaskIsBool: true, attributes.Float("ratio", fallback: 0.5f));

    public static Dropout From7(Attributes attributes) => new(MaskIsBool: false, attributes.Float("ratio", fallback: 0.5f));

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) =>
        output == 1 && MaskIsBool ? DataType.Bool : inputs.TypeAt(0);

    public override int MaxOutputs => 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(0, DataType.Float32, DataType.Float64, DataType.Float16, DataType.BFloat16);
        return [new(inputs[0].Type, inputs[0].Shape), new(MaskIsBool ? DataType.Bool : inputs[0].Type, inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        if (IsTraining(inputs))
            throw new OperatorException("training mode with a ratio above zero drops elements at random, which Octet does not do; export "
                + "the model for inference");
        inputs[0].CopyTo(outputs[0]);
        if (outputs.Optional(1) is not { } mask) return;
        if (MaskIsBool) mask.AsSpan<bool>().Fill(true);
        else if (mask.Type == DataType.Float64) mask.AsSpan<double>().Fill(1);
        else mask.Floats.Fill(1);
    }

    static bool IsTraining(ReadOnlySpan<Tensor> inputs)
    {
        if (inputs.Optional(TrainingModeInput) is not { Type: DataType.Bool, Length: 1 } training || !training.AsSpan<bool>()[0])
            return false;

        var ratio = new double[1];
        if (inputs.Optional(RatioInput) is not { Length: 1 } given) return true;
        TypeConversion.Read<double>(given, ratio);
        return ratio[0] > 0;
    }

    internal override GradientFacts Gradient => new(GradientReads.Nothing, Inputs: 1);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) pass.FirstUpstream.CopyTo(gradient);
    }
}
