using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>Every operator of the table, given as many inputs as it says it needs: whatever they are, it answers or refuses, and never
/// fails.</summary>
public sealed class OperandTests
{
    static readonly Attributes Plausible = new()
    {
        ["to"] = 1L,
        ["direction"] = "LEFT",
        ["axes"] = new long[] { 0 },
        ["axis"] = 0L,
        ["perm"] = new long[] { 0 },
        ["kernel_shape"] = new long[] { 1, 1 },
        ["blocksize"] = 1L,
        ["equation"] = "i->i",
        ["k"] = 1L,
        ["starts"] = new long[] { 0 },
        ["ends"] = new long[] { 1 },
        ["pads"] = new long[] { 0, 0, 0, 0 },
        ["size"] = 1L,
        ["pooled_shape"] = new long[] { 1, 1 },
        ["num_groups"] = 1L,
        ["value"] = Tensor.Scalar(1f),
        ["scales"] = new[] { 1f },
        ["shape"] = new long[] { -1 },
        ["hidden_size"] = 1L,
        ["alpha"] = 1f,
        ["beta"] = 1f,
        ["norm_coefficient"] = 0f,
        ["height_scale"] = 1f,
        ["width_scale"] = 1f,
        ["paddings"] = new long[] { 0, 0, 0, 0 },
    };

    static readonly TensorInfo[] Inputs =
    [
        new(DataType.Float32, [2, 3, 4, 4]),
        new(DataType.Float32, []),
        new(DataType.UInt8, [3]),
        TensorInfo.Of(Tensor.Scalar(1f)),
        TensorInfo.Of(Tensor.Vector(1, 1)),
        TensorInfo.Of(Tensor.Of([1], true)),
        TensorInfo.Of(Tensor.OfStrings([1], ["cat"])),
        TensorInfo.Of(Tensor.Of<float>([1, 1, 2, 2], 1, 2, 3, 4)),
        TensorInfo.Of(new Tensor(DataType.Int32, [3, 0])),
        TensorInfo.Of(Tensor.Of([2, 2], Half.One, Half.NaN, Half.NegativeInfinity, Half.Epsilon)),
        TensorInfo.Of(new Tensor(DataType.Int4, [2])),
        TensorInfo.Of(Tensor.Of([2, 2], 1.0, double.NaN, 3, -4)),
    ];

    /// <summary>Without those that run graphs of their own, which only a session can.</summary>
    public static TheoryData<string, string, int> Rows =>
        [.. OperatorTable.Rows.Where(row => row.OpType is not ("If" or "Loop" or "Scan"))
            .Select(row => (row.Domain, row.OpType, row.Since))];

    [Theory, MemberData(nameof(Rows))]
    public void Any_inputs_are_taken_or_refused(string domain, string opType, int since)
    {
        var attributes = new Attributes(Plausible);
        if (opType == "Pad") attributes.Remove("value");
        if (opType is "RNN" or "GRU" or "LSTM") attributes["direction"] = "reverse";
        if (opType == "MatMulNBits") (attributes["K"], attributes["N"], attributes["block_size"]) = (4L, 1L, 16L);
        if (opType == "Momentum") attributes["mode"] = "standard";
        var op = OperatorTable.Create(domain, opType, since, attributes);
        foreach (var input in Inputs)
        {
            var inputs = Enumerable.Repeat(input, op.RequiredInputs).ToArray();
            try
            {
                var infos = op.Infer(inputs);
                if (inputs.All(info => info.Value is not null)) op.RunOn([.. inputs.Select(info => info.Value)]);
                infos.ShouldAllBe(info => info.Type != DataType.Undefined);
            }
            catch (OctetException refusal)
            {
                refusal.Message.ShouldNotBeEmpty();
            }
        }
    }
}
