using Octet.Operators;
using Octet.Tensors;
using static Octet.Tests.Operators.OperatorRun;

namespace Octet.Tests.Operators;

/// <summary>A network in its steady state allocates nothing, so its operators must not either.</summary>
public sealed class AllocationTests
{
    static readonly Tensor X = OperatorRun.Random(new Random(1), [2, 3, 7, 5]);

    static readonly Tensor Channels = OperatorRun.Random(new Random(2), [3, 1, 1]);

    static readonly Dictionary<string, (Operator Operator, Tensor[] Inputs)> Cases = new()
    {
        ["a function"] = (Newest("Sigmoid"), [X]),
        ["limits as inputs"] = (Newest("Clip"), [X, Tensor.Scalar(0f), Tensor.Scalar(6f)]),
        ["arithmetic"] = (Newest("Add"), [X, X]),
        ["broadcast"] = (Newest("Mul"), [X, Channels]),
        ["slopes"] = (Newest("PRelu"), [X, Channels]),
        ["many inputs"] = (Newest("Max"), [X, Channels, X]),
        ["comparison"] = (Newest("Less"), [X, Channels]),
        ["choice"] = (Newest("Where"), [Tensor.Of([1], true), X, Channels]),
        ["reduction"] = (OfOpset("ReduceMean", 13, new() { ["axes"] = new long[] { 2, 3 }, ["keepdims"] = 0L }), [X]),
        ["place of the greatest"] = (Newest("ArgMax"), [X]),
        ["quantize"] = (Newest("QuantizeLinear"), [X, Tensor.Scalar(0.1f)]),
        ["quantize by channel"] = (Newest("QuantizeLinear"), [X, Floats([3], 1, 2, 3), new Tensor(DataType.Int8, [3])]),
        ["dequantize"] = (Newest("DequantizeLinear"), [new Tensor(DataType.UInt8, [9]), Tensor.Scalar(0.1f)]),
        ["cast"] = (Newest("Cast", new() { ["to"] = (long)DataType.Int32 }), [X]),
        ["cast to 16 bits"] = (Newest("Cast", new() { ["to"] = (long)DataType.BFloat16 }), [X]),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Running_again_allocates_nothing(string name)
    {
        var (op, inputs) = Cases[name];
        var outputs = op.Infer([.. inputs.Select(TensorInfo.Of)]).Select(info => new Tensor(info.Type, info.Shape)).ToArray();
        for (var i = 0; i < 3; i++) op.Run(inputs, outputs);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 10; i++) op.Run(inputs, outputs);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
