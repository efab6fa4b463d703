using System.Diagnostics.CodeAnalysis;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Which tensors of the forward pass <see cref="Operator.Backward"/> reads; others need not be kept until
/// then.</summary>
[Flags]
enum GradientReads
{
    /// <summary>Nothing but the gradients of the outputs, and inputs that are constants or integers.</summary>
    Nothing = 0,

    Inputs = 1,

    Outputs = 2,
}

/// <summary>What an operator says about its gradient.</summary>
/// <param name="Reads">What <see cref="Operator.Backward"/> reads beside the gradients of the outputs.</param>
/// <param name="Inputs">How many of the first inputs have a gradient; the others are taken to be constants. 0 for an operator that lets
/// none through on purpose.</param>
/// <param name="StopsOthers">Whether the other inputs get no gradient on purpose, whatever they depend on.</param>
sealed record GradientFacts(GradientReads Reads, int Inputs = int.MaxValue, bool StopsOthers = false)
{
    /// <summary>No gradient passes, as for statistics and for values that are rounded beside the way of the gradient.</summary>
    public static GradientFacts Stops { get; } = new(GradientReads.Nothing, Inputs: 0);

    public static GradientFacts ReadsNothing { get; } = new(GradientReads.Nothing);

    public static GradientFacts ReadsInputs { get; } = new(GradientReads.Inputs);

    public static GradientFacts ReadsOutputs { get; } = new(GradientReads.Outputs);

    public static GradientFacts ReadsBoth { get; } = new(GradientReads.Inputs | GradientReads.Outputs);
}

/// <summary>The operands of <see cref="Operator.Backward"/>.</summary>
/// <param name="inputShapes">Type and shape of each input of the node; null where it is left out.</param>
/// <param name="inputs">The inputs; null where <see cref="GradientFacts.Reads"/> does not ask for them.</param>
/// <param name="outputs">The outputs that the forward pass made; null where they are not asked for.</param>
/// <param name="upstream">The gradient of each output; null where nothing depends on the output.</param>
/// <param name="gradients">Receives the gradient of each input; null where it is not wanted. The old content is undefined.</param>
readonly ref struct BackwardPass(
    ReadOnlySpan<TensorInfo> inputShapes, ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, ReadOnlySpan<Tensor> upstream,
    ReadOnlySpan<Tensor> gradients)
{
    public ReadOnlySpan<TensorInfo> InputInfos { get; } = inputShapes;

    public ReadOnlySpan<Tensor> Inputs { get; } = inputs;

    public ReadOnlySpan<Tensor> Outputs { get; } = outputs;

    public ReadOnlySpan<Tensor> Upstream { get; } = upstream;

    /// <summary>The gradient of the first output, for operators with one.</summary>
    public Tensor FirstUpstream => Upstream[0];

    public ReadOnlySpan<Tensor> Gradients { get; } = gradients;

    public int InputCount => InputInfos.Length;

    public Shape InputShape(int index) => InputInfos[index].Shape;

    /// <summary>Whether the gradient of an input is wanted, and where it goes.</summary>
    public bool Wants(int input, [NotNullWhen(true)] out Tensor? gradient) => (gradient = Gradients.Optional(input)) is not null;
}
