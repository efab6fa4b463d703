using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// What one node computes: which shapes and types come out (<see cref="Infer"/>), and which values (<see cref="Run"/>).
/// Immutable; attributes are typed fields that were read once, when the model was loaded.
/// </summary>
/// <remarks>
/// Optional inputs and outputs that a node leaves out are null in the spans; ask with
/// <see cref="OperandExtensions.Optional(ReadOnlySpan{Tensor}, int)"/>. Both methods may throw an <see cref="OctetException"/> about the
/// values they were given; the caller adds the node's name.
/// </remarks>
public abstract partial record Operator
{
    /// <summary>The operator's name in ONNX, for instance <c>Conv</c>.</summary>
    public virtual string OpType => GetType().Name;

    /// <summary>How many inputs must be there; those that follow may be left out.</summary>
    public virtual int RequiredInputs => 1;

    /// <summary>Whether no input may be left out, however many there are: for operators that take any number.</summary>
    public virtual bool RequiresAllInputs => false;

    /// <summary>How many inputs a node of this operator can have; operators that accept more need not override it.</summary>
    public virtual int MaxInputs => int.MaxValue;

    /// <summary>How many outputs a node of this operator can have.</summary>
    public virtual int MaxOutputs => 1;

    /// <summary>Whether a node may leave its first output out, and have only later ones.</summary>
    public virtual bool MayOmitFirstOutput => false;

    /// <summary>What <see cref="Infer"/> gives, after a look whether the required inputs are there; for callers that run nodes from a
    /// file.</summary>
    /// <exception cref="OctetException">An input is missing, or <see cref="Infer"/> refuses what it is given.</exception>
    internal TensorInfo[] InferChecked(ReadOnlySpan<TensorInfo> inputs)
    {
        CheckRequired(inputs);
        return Infer(inputs);
    }

    /// <exception cref="OperatorException">An input is missing.</exception>
    internal void CheckRequired(ReadOnlySpan<TensorInfo> inputs)
    {
        for (var i = 0; i < (RequiresAllInputs ? Math.Max(RequiredInputs, inputs.Length) : RequiredInputs); i++)
        {
            if (inputs.Optional(i) is null)
                throw new OperatorException($"input {i} is missing; {OpType} "
                    + $"needs {(RequiresAllInputs ? "all that are listed" : $"at least {RequiredInputs}")}");
        }
    }

    /// <summary>
    /// Rejects operands that are wrong whatever the others are, as far as they are known when a model is read: extents of weights that
    /// contradict each other or the attributes. Passes rely on it, because they look at weights before shapes are inferred.
    /// </summary>
    /// <param name="inputs">Those that are constants; null for all others.</param>
    /// <exception cref="OctetException">The constants cannot be.</exception>
    internal virtual void CheckConstants(ReadOnlySpan<TensorInfo?> inputs) { }

    /// <summary>
    /// About how many elementary steps <see cref="Run"/> takes. Constants are computed beforehand only where it is cheap.
    /// Operators that do more than multiply as <see cref="MacsOf"/> says, and look at each element of inputs and outputs some times, have
    /// to say so.
    /// </summary>
    /// <param name="inputs">All shapes known.</param>
    /// <param name="outputs">What <see cref="Infer"/> gave; all shapes known.</param>
    internal virtual double Work(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) =>
        inputs.TotalLength() + outputs.TotalLength() + (MacsOf(inputs, outputs) ?? 0);

    /// <summary>
    /// Type and shape of each output. The shapes of the inputs are always known here; an input's values are there only if they are
    /// constants or were computed from shapes. An output whose shape depends on values that are not there has <see cref="Shape.Unknown"/>;
    /// the executor then asks again during the run, when all values are there.
    /// </summary>
    public abstract TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs);

    /// <summary>
    /// The element type of an output, which follows only from the inputs' types, so that it is known where shapes are not. Most operators
    /// give what their first input holds.
    /// </summary>
    /// <param name="output">Index of the output.</param>
    /// <param name="inputs">Undefined where an input is left out, or its type is not known; then the answer may be undefined too.</param>
    public virtual DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => inputs.TypeAt(0);

    /// <summary>
    /// Computes the outputs into tensors that have the type and shape that <see cref="Infer"/> gave; their old content is undefined.
    /// An output never shares memory with an input. Several threads may run one operator at once.
    /// </summary>
    public abstract void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>The same for the inputs of a table of 256 integers, whose results ONNX Runtime rounds from floats of its own.</summary>
    internal virtual void RunForTable(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => Run(inputs, outputs);

    /// <summary>The inputs that hold what training changes, where they are constants: weights and biases, factors and offsets of
    /// normalizations.</summary>
    internal virtual IReadOnlyList<int> TrainedInputs =>
        Weights is not { } facts ? [] : facts.BiasInput is { } bias ? [facts.WeightInput, bias] : [facts.WeightInput];

    /// <summary>What <see cref="Backward"/> needs; null for an operator without a gradient.</summary>
    internal virtual GradientFacts? Gradient => null;

    /// <summary>
    /// Computes the gradients of the inputs that are wanted from those of the outputs, for float32 and float64. Every element of a wanted
    /// gradient is written.
    /// </summary>
    /// <exception cref="OperatorException">The elements have another type.</exception>
    internal void Backward(in BackwardPass pass)
    {
        var type = DataType.Undefined;
        foreach (var upstream in pass.Upstream)
        {
            if (upstream is not null) type = upstream.Type;
        }
        if (type == DataType.Float32) Backward<float>(pass);
        else if (type == DataType.Float64) Backward<double>(pass);
        else throw OperatorException.UnsupportedType(type);
    }

    /// <inheritdoc cref="Backward(in BackwardPass)"/>
    private protected virtual void Backward<T>(in BackwardPass pass) where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        throw new OperatorException($"{OpType} has no gradient");

    /// <summary>
    /// An operator that computes the same from inputs like these, and has worked out beforehand what follows from their shapes, and from
    /// the values that are known; itself where there is nothing to work out.
    /// </summary>
    internal virtual Operator PreparedFor(ReadOnlySpan<TensorInfo> inputs) => this;

    /// <summary>What computes the same from 8-bit integers to 8-bit integers; null where nothing does.</summary>
    internal virtual IntegerForm? InIntegers => null;

    /// <summary>What an operator on 8-bit integers computes between real values; null where it is none, or has no such form.</summary>
    internal virtual RealForm? InReals => null;

    /// <summary>
    /// Whether <see cref="Run"/> takes float16 and bfloat16 as they are, for instance because it moves elements without computing with
    /// them; all other operators are given float32 in their place.
    /// </summary>
    public virtual bool TakesReducedPrecision => false;
}

static class OperandExtensions
{
    /// <summary>The operand at <paramref name="index"/>, or null if the node leaves it out.</summary>
    public static Tensor? Optional(this ReadOnlySpan<Tensor> operands, int index) => index < operands.Length ? operands[index] : null;

    /// <summary>The operand at <paramref name="index"/>, or null if the node leaves it out.</summary>
    public static TensorInfo? Optional(this ReadOnlySpan<TensorInfo> operands, int index) =>
        index < operands.Length ? operands[index] : null;

    /// <summary>The type at <paramref name="index"/>; undefined if the node leaves that operand out.</summary>
    public static DataType TypeAt(this ReadOnlySpan<DataType> types, int index) => index < types.Length ? types[index] : DataType.Undefined;

    /// <summary>The elements of all operands that are there.</summary>
    internal static double TotalLength(this ReadOnlySpan<TensorInfo> operands)
    {
        var total = 0.0;
        foreach (var operand in operands)
        {
            if (operand is { Shape.IsKnown: true }) total += operand.Shape.Length;
        }
        return total;
    }

    /// <summary>The product of how many elements the operands have: more than any sum of products over all combinations of them
    /// takes.</summary>
    internal static double LengthProduct(this ReadOnlySpan<TensorInfo> operands)
    {
        var product = 1.0;
        foreach (var operand in operands)
        {
            if (operand is { Shape.IsKnown: true }) product *= Math.Max(1, operand.Shape.Length);
        }
        return product;
    }

    /// <summary>How many elements the operand at <paramref name="index"/> has for each index of its axis: of weights, what one output
    /// channel is made with.</summary>
    internal static double LengthPerIndex(this ReadOnlySpan<TensorInfo> operands, int index, int axis)
    {
        var shape = operands[index].Shape;
        return axis < shape.Rank ? (double)shape.Length / Math.Max(1, shape[axis]) : shape.Length;
    }

    /// <summary>Checks the element type of the operand at <paramref name="index"/>, if it is there.</summary>
    /// <exception cref="OperatorException">It is not one of <paramref name="types"/>.</exception>
    public static void RequireType(this ReadOnlySpan<TensorInfo> operands, int index, params ReadOnlySpan<DataType> types)
    {
        if (operands.Optional(index) is not { } operand || types.Contains(operand.Type)) return;

        var allowed = string.Join(", ", types.ToArray().Select(type => type.DisplayName));
        throw new OperatorException($"input {index} is {operand.Type.DisplayName}; allowed: {allowed}");
    }

    /// <summary>Checks that all operands at <paramref name="indices"/> that are there have elements of the same type.</summary>
    /// <exception cref="OperatorException">Two of them differ.</exception>
    public static void RequireSameType(this ReadOnlySpan<TensorInfo> operands, params ReadOnlySpan<int> indices)
    {
        var first = operands[indices[0]];
        foreach (var index in indices[1..])
        {
            if (operands.Optional(index) is { } other && other.Type != first.Type)
            {
                throw new OperatorException($"input {indices[0]} is {first.Type.DisplayName}, but input {index} "
                    + $"is {other.Type.DisplayName}; they must have one type");
            }
        }
    }
}

/// <summary>An operator was given values that it does not allow, or an element type that Octet does not compute it with.</summary>
public sealed class OperatorException(string message) : OctetException(message)
{
    internal static OperatorException UnsupportedType(DataType type) =>
        new($"elements of type {type.DisplayName} are not supported here");
}

/// <summary>Stands where a model uses an operator that <see cref="OperatorTable"/> lacks, so that the model can still be read, inspected
/// and written.</summary>
public sealed record UnsupportedOperator(string Type, string Domain, string? Reason = null) : Operator
{
    /// <inheritdoc/>
    public override string OpType => Type;

    /// <inheritdoc/>
    public override int RequiredInputs => 0;

    /// <inheritdoc/>
    public override int MaxOutputs => int.MaxValue;

    /// <inheritdoc/>
    public override bool MayOmitFirstOutput => true;

    /// <summary>Not supported: the result is not known.</summary>
    /// <exception cref="OperatorException">Always.</exception>
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => throw Refuse();

    /// <summary>Not supported: Octet cannot compute it.</summary>
    /// <exception cref="OperatorException">Always.</exception>
    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) => throw Refuse();

    OperatorException Refuse() => new($"operator {Type} is not supported");
}
