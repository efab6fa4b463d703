using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// <c>BiasGelu</c> and <c>FastGelu</c> of ONNX Runtime's domain (com.microsoft), which its optimizer writes:
/// the GELU of <c>x + bias</c>, with a bias along the last axis that FastGelu may leave out.
/// </summary>
sealed record BiasGelu(Gelu Function) : Operator
{
    public static BiasGelu From(Attributes attributes) => new(new Gelu(ByTanh: false));

    public static BiasGelu FastFrom(Attributes attributes) => new(new Gelu(ByTanh: true));

    public override string OpType => Function.ByTanh ? "FastGelu" : nameof(BiasGelu);

    public override int RequiredInputs => Function.ByTanh ? 1 : 2;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        inputs.RequireType(0, DataType.Float32, DataType.Float16, DataType.BFloat16);
        inputs.RequireSameType(0, 1);
        return [new(inputs[0].Type, inputs.Optional(1) is { } bias ? Shape.Broadcast(inputs[0].Shape, bias.Shape) : inputs[0].Shape)];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var (x, y) = (inputs[0], outputs[0]);
        if (inputs.Optional(1) is { } bias)
            new Broadcast(y.Shape, x.Shape, bias.Shape).Map<float, Add.Total<float>>(x.Floats, bias.Floats, y.Floats, default);
        else x.CopyTo(y);
        Function.Map(y.Floats, y.Floats);
    }

    internal override GradientFacts Gradient => GradientFacts.ReadsInputs;

    private protected override void Backward<T>(in BackwardPass pass)
    {
        var upstream = pass.FirstUpstream;
        var (sums, slopes) = (new Tensor(upstream.Type, upstream.Shape), new Tensor(upstream.Type, upstream.Shape));
        if (pass.Inputs.Optional(1) is { } bias)
            new Broadcast(upstream.Shape, pass.Inputs[0].Shape, bias.Shape).Map(pass.Inputs[0].AsSpan<T>(), bias.AsSpan<T>(),
                sums.AsSpan<T>(), default(Add.Total<T>));
        else pass.Inputs[0].CopyTo(sums);
        Function.Backward(new([TensorInfo.Of(sums)], [sums], [], pass.Upstream, [slopes]));
        for (var input = 0; input < 2; input++)
        {
            if (pass.Wants(input, out var gradient)) BroadcastGradient.SumTo<T>(slopes.AsSpan<T>(), upstream.Shape, gradient);
        }
    }
}
