using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>
/// What is known of a graph's values before it runs: types, shapes whose extents are expressions of the sizes that the model leaves open, and the elements of small
/// tensors that follow from shapes.
/// </summary>
/// <remarks>
/// The shapes of the whole graph are inferred for several choices of numbers: first one for which as much as possible follows, then with each open size changed alone
/// (another number, one that no stride divides, and 1), and with several changed together where an extent depends on several. What comes out the same each time is a
/// number, and through the rest an expression is laid (<see cref="ExtentFit"/>) that has to be right in every trial; an extent for which there is none stays open.
/// So an operator says its shapes once, for numbers, and each new one is symbolic without a line of its own.
/// </remarks>
sealed class ShapeTrials
{
    /// <summary>Nodes that are asked in all trials together; models that would need more keep what they declare, and types.</summary>
    const int MostNodesAsked = 1_000_000;

    /// <summary>Sizes up to this many are also tried as equal to each other.</summary>
    const int MostTied = 8;

    readonly Graph _graph;
    readonly OpenExtents _open;
    readonly int _mostTrials;
    int _scale;
    Dictionary<string, int> _base;
    Dictionary<string, string> _tied = [];
    readonly Dictionary<string, Trial> _trials = new(StringComparer.Ordinal);
    readonly List<Trial> _alone = [];

    ShapeTrials(Graph graph)
    {
        _graph = graph;
        _open = new(graph);
        _mostTrials = Math.Max(1, MostNodesAsked / Math.Max(1, graph.Nodes.Count));
        _base = _open.Numbers(scale: 0);
        if (_open.Names.Count == 0 || 1 + 3 * _open.Names.Count > _mostTrials) return;

        Choose();
        foreach (var name in Free())
        {
            foreach (var number in _open.OtherNumbers(name, _base[name], _scale)) _alone.Add(TrialWith([(name, number)]));
        }
    }

    public static ShapeTrials Of(Graph graph) => new(graph);

    /// <summary>Undefined where it is not known.</summary>
    public DataType TypeOf(Value value) => Base.Infos.TryGetValue(value, out var info) ? info.Type : DataType.Undefined;

    /// <summary>What inference finds, and where it does not contradict that, what the file declares. Null where nothing is found out.</summary>
    public SymbolicShape? ShapeOf(Value value)
    {
        if (!IsTried || ShapeIn(Base, value) is not { } shape) return null;
        var seen = _alone.Select(trial => (trial, shape: ShapeIn(trial, value))).Where(entry => entry.shape is not null).Select(entry => (entry.trial, shape: entry.shape!.Value)).ToArray();
        if (seen.Any(entry => entry.shape.Rank != shape.Rank)) return null;

        var declared = value is { IsDeclared: true, Shape: { } told } && told.Rank == shape.Rank ? told.Dimensions : null;
        var extents = new Dimension[shape.Rank];
        for (var axis = 0; axis < extents.Length; axis++)
        {
            (Trial Trial, long Extent)[] samples = [(Base, shape[axis]), .. seen.Select(entry => (entry.trial, (long)entry.shape[axis]))];
            extents[axis] = declared is not null && Keeps(declared[axis], value, samples) ? declared[axis] : Found(value, axis, samples);
        }
        return new(extents);
    }

    /// <summary>The elements of a value that follow from shapes and are the same for all sizes; null where there are none.</summary>
    public Tensor? ElementsOf(Value value)
    {
        if (!IsTried || !Base.Infos.TryGetValue(value, out var info) || info.Value is not { } elements || !IsFree(value)) return null;
        return _alone.All(trial => !trial.Infos.TryGetValue(value, out var other) || !other.Shape.IsKnown
            || other.Value is { } others && others.Shape == elements.Shape && others.Type == elements.Type && elements.Type != DataType.String && others.Bytes.SequenceEqual(elements.Bytes)) ? elements : null;
    }

    /// <summary>Without trials for each size, nothing is known of shapes that depend on sizes.</summary>
    bool IsTried => _open.Names.Count == 0 || _alone.Count > 0;

    Trial Base => TrialWith([]);

    IEnumerable<string> Free() => _open.Names.Where(name => !_tied.ContainsKey(name));

    /// <summary>Whether the value was seen with more than one number for each size.</summary>
    bool IsFree(Value value) => Free().All(name => _alone.Any(trial => IsChanged(trial, name) && ShapeIn(trial, value) is not null));

    bool IsChanged(Trial trial, string name) => trial.SizeOf(name) != Base.SizeOf(name);

    static Shape? ShapeIn(Trial trial, Value value) => trial.Infos.TryGetValue(value, out var info) && info.Shape.IsKnown ? info.Shape : null;

    /// <summary>Whether what the file says of an extent holds in all trials, and says at least as much as they do.</summary>
    bool Keeps(Dimension declared, Value value, (Trial Trial, long Extent)[] samples)
    {
        if (declared.Extent is { } extent) return samples.All(sample => sample.Extent == extent);
        if (declared.Symbol is not { } symbol) return false;
        if (_open.Read(symbol) is { } read) return samples.All(sample => read.At(sample.Trial.SizeOf) == sample.Extent);
        return samples.Any(sample => sample.Extent != samples[0].Extent) || !IsFree(value);
    }

    Dimension Found(Value value, int axis, (Trial Trial, long Extent)[] samples)
    {
        var moving = Free().Where(name => samples.Any(sample => IsChanged(sample.Trial, name) && sample.Extent != samples[0].Extent)).ToArray();
        if (moving.Length == 0) return new((int)samples[0].Extent);
        var fit = ExtentFit.Of(moving, samples.Select(sample => ((Func<string, int>)sample.Trial.SizeOf, sample.Extent)), changed => ExtentWith(value, axis, changed), _base);
        return fit is not null && fit.Names.All(OpenExtents.IsShown) ? new(null, fit.ToString()) : new(null);
    }

    /// <summary>The extent where several sizes have their second number; null if the graph cannot take them.</summary>
    (Func<string, int> SizeOf, long Extent)? ExtentWith(Value value, int axis, IReadOnlyList<string> changed)
    {
        if (_trials.Count >= _mostTrials) return null;
        var trial = TrialWith([.. changed.Select(name => (name, _open.OtherNumbers(name, _base[name], _scale)[0]))]);
        return ShapeIn(trial, value) is { } shape && axis < shape.Rank ? (trial.SizeOf, shape[axis]) : null;
    }

    /// <summary>Looks for numbers for which most values have a shape: at other scales, then with sizes that are equal (all of one place at first), then with single ones that are 1.</summary>
    void Choose()
    {
        // What cannot be inferred for any numbers is not looked for.
        var wanted = _graph.Nodes.Sum(node => node.Outputs.Count(output => output is not null));
        for (var scale = 1; scale < OpenExtents.ScaleCount && Base.KnownShapes < wanted; scale++)
        {
            var before = (_base, _scale, Base.KnownShapes);
            (_base, _scale) = (_open.Numbers(scale), scale);
            if (Base.KnownShapes <= before.KnownShapes) (_base, _scale) = (before._base, before._scale);
        }
        var alone = Base.KnownShapes;
        _tied = alone < wanted ? _open.OfOnePlace() : [];
        if (Base.KnownShapes <= alone) _tied = [];
        foreach (var name in _open.Names.Where(name => !_tied.ContainsKey(name)))
        {
            var others = _open.Names.Count <= MostTied ? _open.Names.TakeWhile(other => other != name).Where(other => !_tied.ContainsKey(other)) : [];
            foreach (var option in others.Append(null))
            {
                if (Base.KnownShapes == wanted || _trials.Count >= _mostTrials) return;
                var before = (_base, _tied, Base.KnownShapes);
                if (option is null) _base = new(_base) { [name] = 1 };
                else _tied = new(_tied) { [name] = option };
                if (Base.KnownShapes <= before.KnownShapes) (_base, _tied) = (before._base, before._tied);
                else break;
            }
        }
    }

    Trial TrialWith(IReadOnlyList<(string Name, int Number)> changes)
    {
        var numbers = new Dictionary<string, int>(_base);
        foreach (var (name, number) in changes) numbers[name] = number;
        foreach (var name in _tied.Keys) numbers[name] = numbers[Root(name)];
        var key = string.Join(',', _open.Names.Select(name => numbers[name]));
        if (_trials.TryGetValue(key, out var known)) return known;

        return _trials[key] = new(Run(numbers), numbers);
    }

    /// <summary>The size that a name stands for.</summary>
    string Root(string name)
    {
        while (_tied.TryGetValue(name, out var other)) name = other;
        return name;
    }

    Dictionary<Value, TensorInfo> Run(Dictionary<string, int> numbers)
    {
        var inputs = _graph.Inputs.Select(input => (input, new TensorInfo(input.Type, ShapeOfInput(input, numbers))));
        return ShapeInference.InferAsFarAsPossible(_graph, inputs, value => value is { IsDeclared: true, Shape: { } declared } ? Declared(declared, numbers) : null);
    }

    Shape ShapeOfInput(Value input, Dictionary<string, int> numbers)
    {
        if (input.Shape is not { } shape || input.Type == DataType.Undefined) return Shape.Unknown;
        return Filled([.. shape.Dimensions.Select((dimension, axis) => dimension.Extent ?? _open.Extent(input, axis, name => numbers[name]))]) ?? Shape.Unknown;
    }

    /// <summary>What the file says of a value that inference says nothing of, where all of its sizes are known.</summary>
    Shape? Declared(SymbolicShape shape, Dictionary<string, int> numbers)
    {
        var extents = new List<int>();
        foreach (var dimension in shape.Dimensions)
        {
            if (dimension.Extent is { } extent) extents.Add(extent);
            else if (dimension.Symbol is { } symbol && _open.Read(symbol) is { } read && read.At(name => numbers[name]) is var number && number >= 0 && number < int.MaxValue) extents.Add((int)number);
            else return null;
        }
        return Filled([.. extents]);
    }

    static Shape? Filled(ReadOnlySpan<int> extents)
    {
        try
        {
            return new Shape(extents);
        }
        catch (ShapeException)
        {
            return null;
        }
    }

    /// <summary>What follows from one choice of numbers.</summary>
    sealed class Trial(Dictionary<Value, TensorInfo> infos, Dictionary<string, int> numbers)
    {
        public Dictionary<Value, TensorInfo> Infos => infos;

        /// <summary>Of how many values that nodes make.</summary>
        public int KnownShapes { get; } = infos.Count(entry => entry.Key.Producer is not null && entry.Value.Shape.IsKnown);

        public int SizeOf(string name) => numbers[name];
    }
}
