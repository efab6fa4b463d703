using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>CumSum</c>, since opset 11: the sum of an element and those before it along an axis.</summary>
sealed record CumSum(bool Exclusive, bool Reverse) : Accumulation(Exclusive, Reverse)
{
    public static CumSum From(Attributes attributes) => new(attributes.Flag("exclusive"), attributes.Flag("reverse"));

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Accumulate<T, Sum>(inputs, outputs[0]);

    readonly struct Sum : IAccumulator
    {
        public static T Empty<T>() where T : INumber<T> => T.Zero;

        public static T Join<T>(T total, T x) where T : INumber<T> => total + x;
    }
}
