using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>CumProd</c>, since opset 26: the product of an element and those before it along an axis.</summary>
sealed record CumProd(bool Exclusive, bool Reverse) : Accumulation(Exclusive, Reverse)
{
    public static CumProd From(Attributes attributes) => new(attributes.Flag("exclusive"), attributes.Flag("reverse"));

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Accumulate<T, Product>(inputs, outputs[0]);

    readonly struct Product : IAccumulator
    {
        public static T Empty<T>() where T : INumber<T> => T.One;

        public static T Join<T>(T total, T x) where T : INumber<T> => total * x;
    }
}
