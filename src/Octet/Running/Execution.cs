using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>The buffers of one run at a time, and the tensors in them, laid out once so that a run of known shapes allocates
/// nothing.</summary>
sealed class Execution
{
    readonly ExecutionPlan _plan;
    readonly Dictionary<Value, int> _slotOf = [];
    readonly Tensor?[] _slots;
    readonly (int[] Inputs, int[] Outputs)[] _operands;
    readonly Tensor[][] _inputs;
    readonly Tensor[][] _outputs;
    readonly Tensor[] _results;
    readonly int[] _inputSlots;
    readonly int[] _resultSlots;
    readonly List<int> _passingSlots = [];
    long _passingBytes;
    readonly (Value Value, int Slot)[][] _watched;
    readonly SplitStep _split = new();

    /// <summary>The next step, and how many of the watched values that the step before it made were shown; before the first step, of the
    /// inputs and of what is known beforehand.</summary>
    int _step;
    int _shown;
    BodyBudget _budget = null!;

    public Execution(ExecutionPlan plan)
    {
        _plan = plan;
        Place = new(this);
        var graph = plan.Lowered.Graph;
        _inputSlots = [.. graph.Inputs.Select(SlotOf)];
        _operands = [.. plan.Steps.Select(step => (Slots(step.Node.Inputs), Slots(step.Node.Outputs)))];
        _resultSlots = [.. graph.Outputs.Select(SlotOf)];
        foreach (var value in plan.Known.Keys) SlotOf(value);

        _slots = new Tensor?[_slotOf.Count];
        foreach (var (value, tensor) in plan.Known) _slots[_slotOf[value]] = tensor;
        var buffers = plan.BufferBytes.Select(bytes => new Tensor(DataType.UInt8, Shape.From([bytes]))).ToArray();
        foreach (var (step, operands) in plan.Steps.Zip(_operands))
        {
            for (var i = 0; i < operands.Outputs.Length; i++)
            {
                if (step.Places[i] is { } place) _slots[operands.Outputs[i]] = buffers[place.Buffer].View(place.Type, place.Shape);
                else if (operands.Outputs[i] >= 0 && _slots[operands.Outputs[i]] is null) _passingSlots.Add(operands.Outputs[i]);
            }
        }
        _inputs = [.. _operands.Select(operands => new Tensor[operands.Inputs.Length])];
        _outputs = [.. _operands.Select(operands => new Tensor[operands.Outputs.Length])];
        _results = new Tensor[_resultSlots.Length];
        _watched = [Watched([.. graph.Inputs, .. plan.WatchedKnown]), .. plan.Steps.Select(step => Watched(step.Watched))];
    }

    public ExecutionPlan Plan => _plan;

    /// <summary>Its place among the idle ones; only the store uses it.</summary>
    public LinkedListNode<Execution> Place { get; }

    /// <summary>Runs all steps.</summary>
    /// <returns>The graph's outputs, valid until the next run of this execution.</returns>
    public Tensor[] Run(Tensor[] inputs, BodyBudget budget)
    {
        Start(inputs, budget);
        while (_step < _plan.Steps.Count) RunStep(_step++);
        return Results();
    }

    /// <summary>The graph's outputs, once all steps have run.</summary>
    public Tensor[] Results()
    {
        for (var i = 0; i < _results.Length; i++) _results[i] = _slots[_resultSlots[i]]!;
        return _results;
    }

    /// <summary>What is at a value's place.</summary>
    public Tensor this[Value value] => _slots[_slotOf[value]]!;

    /// <summary>Begins a run that <see cref="NextWatched"/> or <see cref="RunStep"/> continues.</summary>
    public void Start(Tensor[] inputs, BodyBudget budget)
    {
        _budget = budget;
        for (var i = 0; i < inputs.Length; i++) _slots[_inputSlots[i]] = inputs[i];
        (_step, _shown) = (0, 0);
        LetPass();
    }

    /// <summary>Runs steps until one makes a watched value; each value is shown once.</summary>
    /// <returns>The value and its elements, valid until the next call; null when all steps have run.</returns>
    public (Value Value, Tensor Tensor)? NextWatched()
    {
        while (true)
        {
            if (_shown < _watched[_step].Length)
            {
                var (value, slot) = _watched[_step][_shown++];
                return (value, _slots[slot]!);
            }
            if (_step == _plan.Steps.Count) return null;
            RunStep(_step++);
            _shown = 0;
        }
    }

    /// <summary>Lets go of the tensors of the last run that are not this execution's own.</summary>
    public void Forget()
    {
        foreach (var slot in _inputSlots) _slots[slot] = null;
        foreach (var slot in _passingSlots) _slots[slot] = null;
        Array.Clear(_results);
        LetPass();
    }

    /// <summary>What was made in the last run and has no buffer is used no more.</summary>
    void LetPass()
    {
        if (_passingBytes > 0) _plan.Store.Release(_passingBytes);
        _passingBytes = 0;
    }

    void Pass(long bytes)
    {
        _plan.Store.Reserve(bytes, "The values whose shapes show during the run, with all others,");
        _passingBytes += bytes;
    }

    /// <summary>Makes the outputs of a step.</summary>
    /// <param name="index">The step.</param>
    /// <param name="other">In place of its operator.</param>
    /// <param name="replaced">Operands in place of inputs; null leaves an optional input out.</param>
    public void RunStep(int index, Operator? other = null, IEnumerable<(int Input, Tensor? Operand)>? replaced = null)
    {
        var step = _plan.Steps[index];
        var op = other ?? step.Operator;
        var (inputs, outputs) = (_inputs[index], _outputs[index]);
        var operands = _operands[index];
        for (var i = 0; i < inputs.Length; i++) inputs[i] = operands.Inputs[i] < 0 ? null! : _slots[operands.Inputs[i]]!;
        if (replaced is not null)
        {
            foreach (var (input, operand) in replaced)
            {
                if (operand is not null && (operand.Type, operand.Shape) != (inputs[input].Type, inputs[input].Shape))
                {
                    throw new ArgumentException($"{operand} cannot stand for {inputs[input]} of the plan.", nameof(replaced));
                }
                inputs[input] = operand!;
            }
        }
        try
        {
            if (op is PreparedControlFlow control)
            {
                TakeResults(step, operands.Outputs, control.Run(inputs, _budget));
                return;
            }
            for (var i = 0; i < outputs.Length; i++)
            {
                if (operands.Outputs[i] < 0) outputs[i] = null!;
                else if (step.Places[i] is not null) outputs[i] = _slots[operands.Outputs[i]]!;
                else AllocateOutputs(step, operands.Outputs, inputs, outputs, ref i);
            }
            if (_plan.Threads > 1 && op is ISplitOperator split) _split.Run(split, inputs, outputs, _plan.Threads);
            else ReducedPrecision.Run(op, inputs, outputs);
        }
        catch (OctetException problem) when (problem is not NodeException)
        {
            throw NodeException.During(step.Node, inputs.Select(input => input is null ? null : TensorInfo.Of(input)), problem);
        }
    }

    /// <summary>Asks the operator for the shapes now that all values are there, and allocates the outputs that have no place in a
    /// buffer.</summary>
    void AllocateOutputs(Step step, int[] slots, Tensor[] inputs, Tensor[] outputs, ref int i)
    {
        var infos = step.Node.Operator.InferChecked([.. inputs.Select(input => input is null ? null! : TensorInfo.Of(input))]);
        if (infos.Length < outputs.Length)
            throw new OperatorException($"the node has {outputs.Length} outputs, but {step.Node.OpType} gives {infos.Length}");
        for (; i < outputs.Length; i++)
        {
            if (slots[i] < 0) outputs[i] = null!;
            else if (step.Places[i] is not null) outputs[i] = _slots[slots[i]]!;
            else
            {
                Pass(OperandMemory.Of(infos[i], inputs));
                _slots[slots[i]] = outputs[i] = new Tensor(infos[i].Type, infos[i].Shape);
            }
        }
    }

    /// <summary>Takes over the tensors that a control-flow operator made, or copies them where others count on a place in a
    /// buffer.</summary>
    void TakeResults(Step step, int[] slots, Tensor[] results)
    {
        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i] < 0) continue;
            if (step.Places[i] is null)
            {
                Pass(OperandMemory.Of(results[i]));
                _slots[slots[i]] = results[i];
            }
            else if ((results[i].Type, results[i].Shape) == (step.Places[i]!.Type, step.Places[i]!.Shape))
                results[i].CopyTo(_slots[slots[i]]!);
            else throw new OperatorException($"output {i} is {results[i]}, but {step.Places[i]!.Type.DisplayName} {step.Places[i]!.Shape} "
                + "follows from the shapes of the inputs");
        }
    }

    (Value, int)[] Watched(IReadOnlyList<Value> made) =>
        [.. made.Where(_plan.Lowered.WatchedAs.ContainsKey).Select(value => (_plan.Lowered.WatchedAs[value], SlotOf(value)))];

    int[] Slots(IReadOnlyList<Value?> values) => [.. values.Select(value => value is null ? -1 : SlotOf(value))];

    int SlotOf(Value value)
    {
        if (!_slotOf.TryGetValue(value, out var slot)) _slotOf[value] = slot = _slotOf.Count;
        return slot;
    }
}
