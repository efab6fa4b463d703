using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>A <see cref="ControlFlow"/> with its graphs made ready to run. Behind the operator's own inputs stand the values that the
/// graphs read from around them.</summary>
/// <param name="Control">What decides which graph runs when.</param>
/// <param name="OwnInputs">How many inputs are the operator's own.</param>
/// <param name="OutputCount">How many outputs the node has.</param>
/// <param name="Bodies">The graphs by the name of their attribute.</param>
sealed record PreparedControlFlow(ControlFlow Control, int OwnInputs, int OutputCount, IReadOnlyDictionary<string, PreparedBody> Bodies)
    : Operator
{
    public override string OpType => Control.OpType;

    public override int RequiredInputs => 0;

    public override int MaxOutputs => int.MaxValue;

    public override bool MayOmitFirstOutput => true;

    public override bool TakesReducedPrecision => true;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        Control.CheckRequired(inputs[..OwnInputs]);
        var all = inputs.ToArray();
        return Control.Infer(all[..OwnInputs], new Inference(Bodies, all));
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var results = Run(inputs, new BodyBudget(SessionOptions.DefaultMostBodyRuns, new(long.MaxValue), long.MaxValue));
        for (var i = 0; i < outputs.Length; i++)
        {
            if (outputs[i] is { } output) results[i].CopyTo(output);
        }
    }

    /// <summary>Computes the outputs, in tensors of their own.</summary>
    /// <param name="inputs">The operator's own, then those that the graphs read from around them.</param>
    /// <param name="budget">Bounds how often graphs run.</param>
    /// <exception cref="OctetException">A graph gives other values than it should, or runs too often.</exception>
    public Tensor[] Run(ReadOnlySpan<Tensor> inputs, BodyBudget budget)
    {
        var all = inputs.ToArray();
        // Infer, which looks too, is not asked about inputs whose shapes show during the run.
        Control.CheckRequired([.. all[..OwnInputs].Select(input => input is null ? null! : TensorInfo.Of(input))]);
        var results = Control.Run(all[..OwnInputs], new Runs(Bodies, all, budget));
        return results.Length >= OutputCount
            ? results : throw new OperatorException($"the node has {OutputCount} outputs, but its graph gives {results.Length}");
    }

    sealed class Inference(IReadOnlyDictionary<string, PreparedBody> bodies, TensorInfo[] all) : IBodyInference
    {
        public TensorInfo[]? Infer(string body, params TensorInfo[] inputs) => bodies[body].Infer(inputs, all);
    }

    sealed class Runs(IReadOnlyDictionary<string, PreparedBody> bodies, Tensor[] all, BodyBudget budget) : IBodies
    {
        public TensorInfo[]? Infer(string body, params TensorInfo[] inputs) =>
            bodies[body].Infer(inputs, [.. all.Select(tensor => tensor is null ? null! : new TensorInfo(tensor.Type, tensor.Shape))]);

        public Tensor[] Run(string body, params Tensor[] inputs)
        {
            var results = bodies[body].Run(inputs, all, budget);
            budget.Hold(results);
            return results;
        }

        public void Keep(long bytes) => budget.Keep(bytes);
    }
}

/// <summary>A graph inside a node, made ready to run.</summary>
/// <param name="Session">Runs the graph.</param>
/// <param name="FirstCaptured">The place among the node's inputs of the first value that the graph reads from around it.</param>
/// <param name="CapturedCount">How many those are; they are the graph's last inputs.</param>
sealed record PreparedBody(Session Session, int FirstCaptured, int CapturedCount)
{
    public TensorInfo[]? Infer(TensorInfo[] inputs, TensorInfo[] ofNode) =>
        ShapeInference.InferBody(Session.Graph, [.. inputs, .. ofNode.AsSpan(FirstCaptured, CapturedCount)], []);

    public Tensor[] Run(Tensor[] inputs, Tensor[] ofNode, BodyBudget budget)
    {
        budget.Spend();
        var taken = Session.Graph.Inputs.Count - CapturedCount;
        if (taken != inputs.Length)
            throw new OperatorException($"graph '{Session.Graph.Name}' takes {taken} input(s), but would be given {inputs.Length}");
        return Session.RunBody([.. inputs, .. ofNode.AsSpan(FirstCaptured, CapturedCount)], budget);
    }
}

/// <summary>Bounds how often the graphs inside nodes run during one run of a model, and what is collected of them, for a condition may
/// never become false.</summary>
sealed class BodyBudget(long max, BufferStore store, long maxKept)
{
    long _spent;
    long _keptBytes;

    /// <summary>Begins with the next run of the model.</summary>
    public void Renew()
    {
        if (_keptBytes != 0) store.Release(_keptBytes);
        (_spent, _keptBytes) = (0, 0);
    }

    /// <exception cref="OperatorException">There were as many runs as are allowed.</exception>
    public void Spend()
    {
        if (++_spent > max)
        {
            throw new OperatorException($"the graphs inside the model's nodes ran {max} times; if that is meant to be, "
                + $"set {nameof(SessionOptions)}.{nameof(SessionOptions.MaxBodyRuns)} higher");
        }
    }

    /// <summary>What one run of a graph gives to the next one, which may grow each time.</summary>
    /// <exception cref="MemoryLimitException">With what is kept it is more than loops may keep.</exception>
    public void Hold(Tensor[] results) =>
        MemoryLimitException.ThrowIfAbove(maxKept, _keptBytes + results.Sum(OperandMemory.Of), LoopsKeep);

    const string LoopsKeep = "What the model's loops keep and hand on";

    /// <exception cref="MemoryLimitException">More is kept than the model may take.</exception>
    public void Keep(long bytes)
    {
        MemoryLimitException.ThrowIfAbove(maxKept, _keptBytes + bytes, LoopsKeep);
        if (bytes > 0) store.Reserve(bytes, "What the model's loops keep, with all other values,");
        else store.Release(-bytes);
        _keptBytes += bytes;
    }
}
