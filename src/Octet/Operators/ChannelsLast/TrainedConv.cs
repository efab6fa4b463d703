using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary><see cref="Conv"/> on images with channels last, with weights that are a value like any other, and with a fast gradient.
/// float32.</summary>
/// <remarks>Inputs: x [batch, height, width, channels], weights and bias as ONNX lays them out. Unlike other operators it runs on one
/// thread of the caller at a time.</remarks>
/// <param name="Convolution">The kernel, for images of one size.</param>
sealed record TrainedConv(TrainedConvolution Convolution) : Operator
{
    public override string OpType => nameof(Conv);

    public override int RequiredInputs => 2;

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(DataType.Float32, ChannelsLastLayout.ImageShape(inputs[0].Shape, Convolution.Window, Convolution.Outputs))];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        Convolution.Forward(inputs[0], inputs[1], inputs.Optional(2), outputs[0]);

    private protected override void Backward<T>(in BackwardPass pass)
    {
        if (pass.Wants(0, out var gradient)) Convolution.BackToInput(pass.FirstUpstream, pass.Inputs[1], gradient);
        if (pass.Wants(1, out gradient)) Convolution.BackToWeights(pass.Inputs[0], pass.FirstUpstream, gradient);
        if (pass.Wants(2, out gradient)) TrainedConvolution.BackToBias(pass.FirstUpstream.Floats, gradient.Floats);
    }
}
