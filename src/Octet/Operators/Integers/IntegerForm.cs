namespace Octet.Operators;

/// <summary>An operator on 8-bit integers that replaces one on real numbers.</summary>
/// <param name="Operator">What computes. It reads each operand as integers, scale and zero point.</param>
/// <param name="Order">How its operands lie.</param>
/// <param name="Domain">Empty for ONNX's own operators.</param>
sealed record IntegerForm(Operator Operator, OperandOrder Order, string Domain = OperatorTable.OnnxRuntime)
{
    /// <summary>
    /// The attributes that a file gives to the integer operator, from those of the operator on real numbers and the opset of the graph;
    /// null where a file cannot say the same. Those of the operator on real numbers unless stated.
    /// </summary>
    public Func<Attributes, int, Attributes?> AttributesInFile { get; init; } = static (attributes, _) => attributes;

    /// <summary>Whether the operator is a function of one tensor, which runs of Octet look up in a table together with its
    /// neighbours.</summary>
    public bool IsFunction { get; init; }
}

/// <summary>The operator on real numbers that an operator on 8-bit integers computes between reading its operands and rounding its
/// result.</summary>
/// <param name="OpType">The operator's name in ONNX.</param>
/// <param name="Order">How the operands of the integer operator lie.</param>
/// <param name="Tensors">How many tensors it reads, a bias and a condition not among them; 0 for any number.</param>
sealed record RealForm(string OpType, OperandOrder Order, int Tensors)
{
    /// <summary>The attributes of the operator on real numbers, from those of the one on integers; null where it cannot say the
    /// same.</summary>
    public Func<Attributes, Attributes?> AttributesOf { get; init; } = static attributes => attributes;
}

/// <summary>How the operands of an integer operator lie: those of its inputs, and scale and zero point of its output.</summary>
enum OperandOrder
{
    /// <summary>The inputs, then the output.</summary>
    OutputLast,

    /// <summary>The output, then the inputs.</summary>
    OutputFirst,

    /// <summary>Input, weights, output, then the bias.</summary>
    BiasLast,

    /// <summary>Input, weights, bias, then the output.</summary>
    BiasBeforeOutput,

    /// <summary>A condition, which is no integer, then the inputs and the output.</summary>
    ConditionFirst,
}

/// <summary>An integer operator that can hold its output between two integers, as a limiting activation does.</summary>
interface IBoundedOutput
{
    Operator Within(IntegerBounds bounds);
}
