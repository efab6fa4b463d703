using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

/// <summary>Operators that ONNX defines for integers compute with each of their types.</summary>
public sealed class IntegerTypeTests
{
    static readonly DataType[] Signed = [DataType.Int8, DataType.Int16, DataType.Int32, DataType.Int64];

    static readonly DataType[] All = [.. Signed, DataType.UInt8, DataType.UInt16, DataType.UInt32, DataType.UInt64];

    static readonly DataType[] Wide = [DataType.Int32, DataType.Int64, DataType.UInt32, DataType.UInt64];

    static Tensor Of(DataType type, Shape shape, params int[] values)
    {
        var tensor = new Tensor(type, shape);
        Output("Cast", new() { { "to", (long)type } }, Tensor.Of<int>(shape, values)).CopyTo(tensor);
        return tensor;
    }

    static int[] Values(Tensor tensor) =>
        Output("Cast", new() { { "to", (long)DataType.Int32 } }, tensor).AsSpan<int>().ToArray();

    [Fact]
    public void Arithmetic_on_all_integers()
    {
        foreach (var type in All)
        {
            Tensor[] operands = [Of(type, [3], 7, 4, 9), Of(type, [3], 2, 4, 5)];
            Values(Output("Add", [], operands)).ShouldBe([9, 8, 14]);
            Values(Output("Sub", [], operands)).ShouldBe([5, 0, 4]);
            Values(Output("Mul", [], operands)).ShouldBe([14, 16, 45]);
            Values(Output("Div", [], operands)).ShouldBe([3, 1, 1]);
            Values(Output("Mod", [], operands)).ShouldBe([1, 0, 4]);
            Values(Output("Max", [], operands)).ShouldBe([7, 4, 9]);
            Values(Output("Min", [], operands)).ShouldBe([2, 4, 5]);
            Values(Output("Clip", [], operands[0], Of(type, [], 5), Of(type, [], 8))).ShouldBe([7, 5, 8]);
            Values(Output("Abs", [], operands[0])).ShouldBe([7, 4, 9]);
            Values(Output("Sign", [], operands[0])).ShouldBe([1, 1, 1]);
            Values(Output("Where", [], Tensor.Of([3], true, false, true), operands[0], operands[1])).ShouldBe([7, 4, 9]);
            Output("Less", [], operands).AsSpan<bool>().ToArray().ShouldBe([false, false, false]);
            Output("Equal", [], operands).AsSpan<bool>().ToArray().ShouldBe([false, true, false]);
        }
    }

    [Fact]
    public void Signs_of_signed_integers()
    {
        foreach (var type in Signed)
        {
            var x = Of(type, [3], -7, 0, 3);
            Values(Output("Neg", [], x)).ShouldBe([7, 0, -3]);
            Values(Output("Relu", [], x)).ShouldBe([0, 0, 3]);
            Values(Output("Abs", [], x)).ShouldBe([7, 0, 3]);
            Values(Output("Sign", [], x)).ShouldBe([-1, 0, 1]);
        }
    }

    [Fact]
    public void Products_powers_and_slopes_of_wide_integers()
    {
        foreach (var type in Wide)
        {
            var x = Of(type, [2, 2], 1, 2, 3, 4);
            Values(Output("MatMul", [], x, x)).ShouldBe([7, 10, 15, 22]);
            Values(Output("Gemm", [], x, x, x)).ShouldBe([8, 12, 18, 26]);
            Values(Output("Einsum", new() { { "equation", "ij,jk->ik" } }, x, x)).ShouldBe([7, 10, 15, 22]);
            Values(Output("Sum", [], x, x)).ShouldBe([2, 4, 6, 8]);
            Values(Output("CumSum", [], x, Tensor.Scalar(1L))).ShouldBe([1, 3, 3, 7]);
            Values(Output("PRelu", [], x, Of(type, [1], 5))).ShouldBe([1, 2, 3, 4]);
        }
        foreach (var type in (DataType[])[DataType.Int32, DataType.Int64])
            Values(Output("Pow", [], Of(type, [2], 3, -2), Of(type, [2], 2, 3))).ShouldBe([9, -8]);
    }

    [Fact]
    public void Reductions_of_integers()
    {
        foreach (var type in Wide)
        {
            var x = Of(type, [3], 3, 1, 2);
            Values(Output("ReduceSum", [], x)).ShouldBe([6]);
            Values(Output("ReduceMean", [], x)).ShouldBe([2]);
            Values(Output("ReduceProd", [], x)).ShouldBe([6]);
            Values(Output("ReduceL1", [], x)).ShouldBe([6]);
            Values(Output("ReduceSumSquare", [], x)).ShouldBe([14]);
        }
        foreach (var type in All)
        {
            var x = Of(type, [3], 3, 1, 2);
            Values(Output("ReduceMax", [], x)).ShouldBe([3]);
            Values(Output("ReduceMin", [], x)).ShouldBe([1]);
            Output("ArgMax", [], x).Longs[0].ShouldBe(0);
            Values(Outputs("TopK", NewestOpset, new() { OutputCount = 2 }, x, Tensor.Vector(2))[0]).ShouldBe([3, 2]);
        }
        Output("ReduceMax", [], Tensor.Of([2], false, true)).AsSpan<bool>()[0].ShouldBeTrue();
        Output("ReduceMin", [], Tensor.Of([2], false, true)).AsSpan<bool>()[0].ShouldBeFalse();
    }

    [Fact]
    public void Pictures_of_bytes()
    {
        foreach (var type in (DataType[])[DataType.Int8, DataType.UInt8])
        {
            var x = Of(type, [1, 1, 2, 2], 1, 2, 3, 4);
            Values(Output("MaxPool", new() { { "kernel_shape", new long[] { 2, 2 } } }, x)).ShouldBe([4]);
            Values(Output("Resize", new() { { "mode", "nearest" } }, x, null, Floats([4], 1, 1, 2, 1))).ShouldBe([1, 2, 1, 2, 3, 4, 3, 4]);
            Values(Output("Pad", [], x, Tensor.Vector(0, 0, 0, 0, 0, 0, 0, 1), Of(type, [], 9))).ShouldBe([1, 2, 9, 3, 4, 9]);
        }
    }

    [Fact]
    public void Four_bits_are_cast_and_quantized()
    {
        foreach (var (type, expected) in ((DataType, int[])[])[(DataType.Int4, [-8, 0, 7]), (DataType.UInt4, [0, 0, 12])])
        {
            var x = Floats([3], -20, 0, 12);
            var zeroPoint = new Tensor(type, []);
            var quantized = Output("QuantizeLinear", [], x, Tensor.Scalar(1f), zeroPoint);
            quantized.Type.ShouldBe(type);
            Values(quantized).ShouldBe(expected);
            Output("DequantizeLinear", [], quantized, Tensor.Scalar(0.5f), zeroPoint).Floats.ToArray()
                .ShouldBe(expected.Select(value => value * 0.5f));
        }
    }
}
