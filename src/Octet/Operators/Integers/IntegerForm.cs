namespace Octet.Operators;

/// <summary>An operator on 8-bit integers that replaces one on real numbers.</summary>
/// <param name="Operator">What computes. It reads each operand as integers, scale and zero point.</param>
/// <param name="Order">How its operands lie.</param>
/// <param name="Domain">Empty for ONNX's own operators.</param>
sealed record IntegerForm(Operator Operator, OperandOrder Order, string Domain = OperatorTable.OnnxRuntime);

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
}

/// <summary>An integer operator that can hold its output between two integers, as a limiting activation does.</summary>
interface IBoundedOutput
{
    Operator Within(IntegerBounds bounds);
}
