using Octet.Tensors;

namespace Octet.Operators;

/// <summary>ONNX <c>If</c>: runs one of two graphs without inputs, and gives what that gives. Input: the condition, one bool.</summary>
sealed record If(int OutputCount) : ControlFlow
{
    const string Then = "then_branch";
    const string Else = "else_branch";

    public static If From(Attributes attributes)
    {
        attributes.Subgraph(Then);
        attributes.Subgraph(Else);
        return new(attributes.OutputCount);
    }

    public override IReadOnlyList<string> Bodies => [Then, Else];

    internal override TensorInfo[] Infer(TensorInfo[] inputs, IBodyInference bodies)
    {
        if (inputs[0].Value is { } condition) return bodies.Infer(Condition.Read(condition) ? Then : Else) ?? [];

        // The branch that is not taken may be one that cannot run on these shapes, so it says nothing by failing.
        if (bodies.Infer(Then) is not { } then || bodies.Infer(Else) is not { } otherwise) return [];
        return
        [
            .. then.Zip(otherwise, (one, other) => new TensorInfo(
                one.Type == other.Type ? one.Type : DataType.Undefined,
                one.Type == other.Type && one.Shape == other.Shape ? one.Shape : Shape.Unknown)),
        ];
    }

    internal override Tensor[] Run(Tensor[] inputs, IBodies bodies) => bodies.Run(Condition.Read(inputs[0]) ? Then : Else);
}

/// <summary>Reads the bool that decides what a <see cref="ControlFlow"/> does next.</summary>
static class Condition
{
    /// <exception cref="OperatorException">It is not one bool.</exception>
    public static bool Read(Tensor condition) => condition is { Type: DataType.Bool, Length: 1 }
        ? condition.AsSpan<bool>()[0]
        : throw new OperatorException($"a condition is one bool, but this one is {condition}");
}
