using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// What an operator says about itself, so that passes, plans, steps and reports need no lists of operators. What is not stated is not
/// known: each fact has a default that is right for every operator.
/// </summary>
public abstract partial record Operator
{
    /// <summary>Where the operator keeps its weights; null for an operator that multiplies by none.</summary>
    public virtual WeightFacts? Weights => null;

    /// <summary>Whether every element of the output is an element of the first input: the operator moves, repeats or selects, and so keeps
    /// the scale of integers.</summary>
    public virtual bool OnlyMovesData => false;

    /// <summary>Whether an element of the output depends only on the elements at the same place of the inputs, after
    /// broadcasting.</summary>
    public virtual bool IsElementwise => false;

    /// <summary>How the operator brings several inputs of one kind together.</summary>
    internal virtual Joining Joining => Joining.None;

    /// <summary>Whether the operator brings values to a mean and a spread of its own.</summary>
    public virtual bool IsNormalization => false;

    /// <summary>The range that the output never leaves, whatever the inputs are; without limits unless stated.</summary>
    public virtual ValueRange OutputRange => ValueRange.Unlimited;

    /// <summary>Whether the output has no negative element if no data input has one.</summary>
    public virtual bool KeepsNonNegative => OnlyMovesData;

    /// <summary>
    /// Whether a positive factor on a channel (axis 1) of all data inputs comes out as the same factor on that channel. An equalization may
    /// pass through, and through activations with a lower limit of 0.
    /// </summary>
    public virtual bool KeepsChannelScales => false;

    /// <summary>The inputs between which the output changes by more than a step of eight bits; without limits unless stated.</summary>
    public virtual ValueRange UsedInput => ValueRange.Unlimited;

    /// <summary>What the operator has to do with quantized values.</summary>
    internal virtual IntegerUse IntegerUse => IntegerUse.None;

    /// <summary>
    /// The limits of an operator that computes <c>min(max(x, low), high)</c> of its first input. An end at the lowest or greatest float32,
    /// or beyond, limits nothing.
    /// </summary>
    /// <param name="inputs">What is known of the inputs; limits may be constants among them.</param>
    /// <returns>Null for any other operator, and where a limit is not known before the run.</returns>
    public virtual ValueRange? LimitsOf(ReadOnlySpan<TensorInfo> inputs) => null;

    /// <summary>How many multiplications, each with its addition, convolutions, matrix products and recurrent layers need; 0 for all other
    /// operators.</summary>
    /// <returns>Null where a shape is not known.</returns>
    public virtual long? MacsOf(ReadOnlySpan<TensorInfo> inputs, ReadOnlySpan<TensorInfo> outputs) => 0;

    /// <summary>
    /// Where elements of an input that lie far below the largest of their row change nothing whatever they are, as masked scores do in a
    /// softmax: the rows, and how far. Null where every element counts.
    /// </summary>
    internal virtual IgnoredDepth? IgnoredIn(int input) => null;

    /// <summary>
    /// How many times as far below the others an element of the output lies that comes from one far below the others in an input: 1 in
    /// sums, choices and moves. Null where it need not lie below.
    /// </summary>
    /// <param name="input">Index of the input.</param>
    /// <param name="inputs">What is known of all inputs; factors may be constants among them.</param>
    internal virtual float? CarriesDepth(int input, ReadOnlySpan<TensorInfo> inputs) => null;

    /// <summary>Whether the operator is the product of its first input, as it lies, and its weights, plus its bias: without
    /// factors.</summary>
    internal virtual bool IsPlainProduct => false;

    /// <summary>The operator as products of matrices, for weights of a shape; null for an operator that is none.</summary>
    internal virtual LayerProduct? AsProduct(Shape weights) => null;
}

/// <summary>Where an operator keeps its weights and bias, and along which axes channels lie. A negative axis counts from the end.</summary>
/// <param name="WeightInput">Index of the input with the weights.</param>
/// <param name="BiasInput">Index of the optional input with one bias for each output channel; null if there can be none.</param>
/// <param name="OutputChannelAxis">The axis of the weights along which output channels lie.</param>
/// <param name="InputChannelAxis">The axis of the weights along which input channels lie.</param>
/// <param name="DataChannelAxis">The axis of input and output along which channels lie: 1 for convolutions, the last for products.</param>
public sealed record WeightFacts(int WeightInput, int? BiasInput, int OutputChannelAxis, int InputChannelAxis, int DataChannelAxis)
{
    /// <summary>Number of groups of channels. With groups, the weights hold the input channels of one group only; where
    /// <see cref="Scatters"/>, the output channels.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>What the bias is multiplied by.</summary>
    public float BiasFactor { get; init; } = 1;

    /// <summary>Whether each element of the input is added to many of the output (a transposed convolution), rather than each of the output
    /// gathered from many.</summary>
    public bool Scatters { get; init; }

    /// <summary>Whether this is a convolution, transposed or not.</summary>
    public bool IsConvolution => DataChannelAxis == 1;

    /// <summary>Whether each output channel is made of one input channel.</summary>
    /// <param name="weights">Shape of the weights.</param>
    public bool IsDepthwise(Shape weights) =>
        IsConvolution && !Scatters && Groups > 1 && weights.Rank > 1 && weights[InputChannelAxis] == 1;
}

/// <summary>Rows of a tensor in which elements far below the largest do not count.</summary>
/// <param name="Axis">The axis along which a row lies; negative counts from the end.</param>
/// <param name="ToEnd">Whether a row goes on along all axes behind it.</param>
/// <param name="Depth">How far below the largest element of its row an element does not count any more.</param>
sealed record IgnoredDepth(long Axis, bool ToEnd, float Depth);

/// <summary>How an operator brings several inputs of one kind together.</summary>
enum Joining
{
    /// <summary>It does not: only the first input is data.</summary>
    None,

    /// <summary>It puts them side by side.</summary>
    SideBySide,

    /// <summary>It adds or subtracts them.</summary>
    Sum,

    /// <summary>It multiplies them.</summary>
    Product,

    /// <summary>It takes one of them for each element.</summary>
    Choice,
}

/// <summary>What an operator has to do with quantized values.</summary>
enum IntegerUse
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It makes them from real values.</summary>
    Makes,

    /// <summary>It makes real values from them.</summary>
    Reads,

    /// <summary>It computes with them, or chooses their scale during the run.</summary>
    Computes,
}
