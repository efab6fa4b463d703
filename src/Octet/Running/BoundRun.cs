using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>
/// A session and the tensors that are its inputs: runs again and again on what these hold, and allocates nothing but for values whose
/// shapes are not known beforehand. One thread at a time may use it; other threads bind runs of their own.
/// </summary>
public sealed class BoundRun : IDisposable
{
    readonly ExecutionPlan _plan;
    readonly Tensor[] _inputs;

    /// <summary>What kernels read: the inputs, or copies of those behind which nothing may be read.</summary>
    readonly Tensor[] _read;
    readonly BodyBudget _budget;
    Execution? _execution;

    internal BoundRun(ExecutionPlan plan, Tensor[] inputs, BodyBudget budget)
    {
        _plan = plan;
        _inputs = inputs;
        _read = Array.TrueForAll(inputs, input => input.HasSpareBytes)
            ? inputs : Array.ConvertAll(inputs, input => input.HasSpareBytes ? input : new(input.Type, input.Shape));
        _budget = budget;
        _execution = plan.Rent();
    }

    /// <summary>The inputs in the order of the graph; write the next sample into them.</summary>
    public IReadOnlyList<Tensor> Inputs => _inputs;

    /// <summary>Runs the graph once.</summary>
    /// <returns>The outputs in the order of the graph, valid until the next run or until this is disposed.</returns>
    /// <exception cref="NodeException">A node cannot work with what it is given.</exception>
    public IReadOnlyList<Tensor> Run()
    {
        Begin();
        return Execution.Run(_read, _budget);
    }

    /// <summary>Begins a run that <see cref="NextWatched"/> continues, step by step.</summary>
    internal void Start()
    {
        Begin();
        Execution.Start(_read, _budget);
    }

    void Begin()
    {
        _budget.Renew();
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (_read[i] != _inputs[i]) _inputs[i].CopyTo(_read[i]);
        }
    }

    /// <summary>Goes on until the next watched value is made.</summary>
    /// <returns>The value, of the session's graph, and its elements, valid until the next call; null at the end of the run.</returns>
    internal (Value Value, Tensor Tensor)? NextWatched() => Execution.NextWatched();

    Execution Execution => _execution ?? throw new ObjectDisposedException(nameof(BoundRun));

    /// <summary>Gives the buffers back to the session. Doing so twice is harmless.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _execution, null) is not { } execution) return;
        _plan.Return(execution);
        _budget.Renew();
    }
}
