using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

public sealed class MissingInputTests
{
    public static TheoryData<string, int> Rows =>
        [.. OperatorTable.Rows.Select(row => (row.OpType, row.Since)).Distinct()
            .Select(row => new TheoryDataRow<string, int>(row.OpType, row.Since))];

    /// <summary>A file may hold a node with any number of inputs.</summary>
    [Theory, MemberData(nameof(Rows))]
    public void Too_few_inputs_are_told_and_no_operator_breaks(string opType, int opset)
    {
        if (Create(opType, opset) is not { } op) return;

        for (var count = 0; count <= op.RequiredInputs; count++)
        {
            foreach (Shape shape in (Shape[])[Shape.Scalar, [2], [2, 2], [1, 2, 4, 4]])
            {
                var inputs = Enumerable.Repeat(new TensorInfo(DataType.Float32, shape), count).ToArray();
                if (count < op.RequiredInputs)
                    Should.Throw<OctetException>(() => op.InferChecked(inputs)).Message.ShouldContain("is missing");
                else Should.NotThrow(() => Try(() => op.InferChecked(inputs)));
            }
        }
    }

    /// <summary>The operator with the attributes that some need; null where this is not enough.</summary>
    static Operator? Create(string opType, int opset)
    {
        try
        {
            var row = OperatorTable.Rows.First(row => row.OpType == opType && row.Since == opset);
            return row.Create(new()
            {
                ["kernel_shape"] = new long[] { 2, 2 },
                ["num_groups"] = 1L,
                ["size"] = 1L,
                ["axis"] = 0L,
                ["pooled_shape"] = new long[] { 1, 1 }
            });
        }
        catch (OctetException)
        {
            return null;
        }
    }

    static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (OctetException)
        {
            // Other things may be wrong with such inputs; they have their message.
        }
    }
}
