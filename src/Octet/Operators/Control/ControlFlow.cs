using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// An operator that runs graphs of its own, which lie in its node's attributes: a branch, or a body that is run again and again.
/// </summary>
/// <remarks>
/// The operator itself only says in which order which graph runs on what; the caller that infers or runs passes the graphs as
/// <see cref="IBodies"/>. So it does not know what a graph is, nor which values from around it a body reads.
/// </remarks>
abstract record ControlFlow : Operator
{
    /// <summary>The names of the attributes that hold the graphs.</summary>
    public abstract IReadOnlyList<string> Bodies { get; }

    public override int MaxOutputs => int.MaxValue;

    public override bool MayOmitFirstOutput => true;

    /// <summary>Alone it knows nothing of its graphs, and so neither types nor shapes.</summary>
    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs) =>
        throw new InvalidOperationException($"{OpType} needs its graphs; a session prepares them.");

    /// <summary>What comes out, as far as the graphs tell; an output of unknown type is <see cref="DataType.Undefined"/>.</summary>
    internal abstract TensorInfo[] Infer(TensorInfo[] inputs, IBodyInference bodies);

    /// <summary>Computes the outputs; the caller owns the tensors.</summary>
    internal abstract Tensor[] Run(Tensor[] inputs, IBodies bodies);
}

/// <summary>Asks the graphs of a <see cref="ControlFlow"/> what they would give.</summary>
interface IBodyInference
{
    /// <summary>Type and shape of each output of the body; null where nothing can be said beforehand.</summary>
    TensorInfo[]? Infer(string body, params TensorInfo[] inputs);
}

/// <summary>Runs the graphs of a <see cref="ControlFlow"/>.</summary>
interface IBodies : IBodyInference
{
    /// <summary>The outputs of the body, in tensors of their own.</summary>
    Tensor[] Run(string body, params Tensor[] inputs);

    /// <summary>Counts memory that is kept from one run of a body to the next; negative where it is released.</summary>
    /// <exception cref="OctetException">It is more than the model may take.</exception>
    void Keep(long bytes);

    /// <summary>Counts what is carried from one run of a body to the next.</summary>
    /// <param name="old">Let go.</param>
    /// <param name="given">Kept in its place.</param>
    void Exchange(ReadOnlySpan<Tensor> old, ReadOnlySpan<Tensor> given)
    {
        var bytes = 0L;
        foreach (var tensor in given) bytes += OperandMemory.Of(tensor);
        foreach (var tensor in old) bytes -= OperandMemory.Of(tensor);
        Keep(bytes);
    }
}
