using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>HardSigmoid</c>, since opset 6: <c>y = max(0, min(1, alpha · x + beta))</c>, for any shape.</summary>
public sealed record HardSigmoid(float Alpha, float Beta) : Operator
{
    public static HardSigmoid From(Attributes attributes) =>
        new(attributes.Float("alpha", orElse: 0.2f), attributes.Float("beta", orElse: 0.5f));

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(inputs[0].Type, inputs[0].Shape)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        ElementWise.Map(inputs[0].Floats, outputs[0].Floats, new Curve(Alpha, Beta));

    readonly struct Curve(float alpha, float beta) : IUnaryFunction
    {
        public float Invoke(float x) => Math.Clamp(x * alpha + beta, 0f, 1f);

        public Vector<float> Invoke(Vector<float> x) =>
            Vector.Clamp(x * alpha + new Vector<float>(beta), Vector<float>.Zero, Vector<float>.One);
    }
}
