using System.Numerics;
using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>Equal</c>, since opset 6; floats since 11, strings since 19: whether <c>x = y</c>, broadcast; never for NaN.</summary>
sealed record Equal : Comparison
{
    public static Equal From(Attributes attributes) => new();

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var pairs = new Broadcast(outputs[0].Shape, inputs[0].Shape, inputs[1].Shape);
        switch (inputs[0].Type)
        {
            case DataType.Bool:
                pairs.MapScalars<bool, bool, bool, SameBool>(inputs[0].AsSpan<bool>(), inputs[1].AsSpan<bool>(), outputs[0].AsSpan<bool>(),
                    default);
                break;
            case DataType.String:
                pairs.MapScalars<string, string, bool, SameText>(inputs[0].Strings, inputs[1].Strings, outputs[0].AsSpan<bool>(), default);
                break;
            default:
                base.Run(inputs, outputs);
                break;
        }
    }

    protected override void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Compare<T, Relation>(inputs, outputs[0]);

    readonly struct Relation : IRelation
    {
        public static bool Holds<T>(T x, T y) where T : INumber<T> => x == y;
    }

    readonly struct SameBool : IScalarFunction<bool, bool, bool>
    {
        public bool Invoke(bool x, bool y) => x == y;
    }

    readonly struct SameText : IScalarFunction<string, string, bool>
    {
        public bool Invoke(string x, string y) => string.Equals(x, y, StringComparison.Ordinal);
    }
}
