using Octet.Tensors;

namespace Octet.Graphs;

/// <summary>
/// What is known of a graph's values before it runs: types, shapes whose extents are expressions of the sizes that the model leaves open,
/// and the elements of small tensors that follow from shapes.
/// </summary>
/// <remarks>
/// The shapes of the whole graph are inferred for several choices of numbers: first one for which as much as possible follows, then with
/// each open size changed alone
/// (another number, the half, one that no stride divides, and 1), and with several changed together where an extent depends on several.
/// What comes out the same each time is a number, and through the rest an expression is laid (<see cref="ExtentFit"/>) that has to be right
/// in every trial; an extent for which there is none stays open. So an operator says its shapes once, for numbers, and each new one is
/// symbolic without a line of its own.
/// </remarks>
sealed class ShapeTrials
{
    /// <summary>Nodes that are asked in all trials together; models that would need more keep what they declare, and types.</summary>
    const int MaxNodesAsked = 1_000_000;

    /// <summary>Sizes up to this many are also tried as equal to each other.</summary>
    const int MaxTied = 8;

    readonly Graph _graph;
    readonly OpenExtents _open;
    readonly int _maxTrials;
    readonly Dictionary<string, Trial> _trials = new(StringComparer.Ordinal);

    /// <summary>Each knows values that those before do not; a value is judged by the first that knows it, which supposes least.</summary>
    readonly List<Choice> _choices = [];

    ShapeTrials(Graph graph)
    {
        _graph = graph;
        _open = new(graph);
        _maxTrials = Math.Max(1, MaxNodesAsked / Math.Max(1, graph.Nodes.Count));
        _choices.Add(new(this, _open.Numbers(scale: 0), [], Scale: 0));
        if (_open.Names.Count > 0 && 1 + 4 * _open.Names.Count <= _maxTrials) Choose();
    }

    public static ShapeTrials Of(Graph graph) => new(graph);

    /// <summary>Undefined where it is not known.</summary>
    public DataType TypeOf(Value value) => _choices[^1].Base.Infos.TryGetValue(value, out var info) ? info.Type : DataType.Undefined;

    /// <summary>What inference finds, and where it does not contradict that, what the file declares. Null where nothing is found
    /// out.</summary>
    public SymbolicShape? ShapeOf(Value value)
    {
        if (_choices.Find(choice => choice.Base.ShapeOf(value) is not null) is not { IsTried: true } choice) return null;
        var shape = choice.Base.ShapeOf(value)!.Value;
        var seen = choice.Alone.Where(trial => trial.ShapeOf(value) is not null).ToArray();
        if (seen.Any(trial => trial.ShapeOf(value)!.Value.Rank != shape.Rank)) return null;

        var declared = value is { IsDeclared: true, Shape: { } told } && told.Rank == shape.Rank ? told.Dimensions : null;
        var extents = new Dimension[shape.Rank];
        for (var axis = 0; axis < extents.Length; axis++)
        {
            (Trial Trial, long Extent)[] samples =
                [.. seen.Prepend(choice.Base).Select(trial => (trial, (long)trial.ShapeOf(value)!.Value[axis]))];
            extents[axis] = declared is not null && Keeps(declared[axis], choice.IsFree(value), samples)
                ? declared[axis] : Found(choice, value, axis, samples);
        }
        return new(extents);
    }

    /// <summary>The elements of a value that follow from shapes and are the same for all sizes; null where there are none.</summary>
    public Tensor? ElementsOf(Value value)
    {
        var choice = _choices[0];
        if (!choice.IsTried || !choice.Base.Infos.TryGetValue(value, out var info) || info.Value is not { } elements
                || elements.Type == DataType.String || !choice.IsFree(value)) return null;
        return choice.Alone.All(
            trial => trial.ShapeOf(value) is null || trial.Infos[value].Value is { } others && IsSame(others, elements)) ? elements : null;
    }

    static bool IsSame(Tensor one, Tensor other) =>
        one.Type == other.Type && one.Shape == other.Shape && one.Bytes.SequenceEqual(other.Bytes);

    /// <summary>Whether what the file says of an extent holds in all trials, and says at least as much as they do.</summary>
    bool Keeps(Dimension declared, bool isFree, (Trial Trial, long Extent)[] samples)
    {
        if (declared.Extent is { } extent) return samples.All(sample => sample.Extent == extent);
        if (declared.Symbol is not { } symbol) return false;
        if (_open.Read(symbol) is { } read) return samples.All(sample => read.At(sample.Trial.SizeOf) == sample.Extent);
        return !isFree || samples.Any(sample => sample.Extent != samples[0].Extent);
    }

    Dimension Found(Choice choice, Value value, int axis, (Trial Trial, long Extent)[] samples)
    {
        // Whether an extent follows a size that the graph takes as one number only, cannot be known; a batch that has to be 1 is no such
        // size.
        if (!choice.FixedAt(value).All(name => choice.Numbers[name] == 1 && _open.IsBatch(name))) return new(null);
        var moving = choice.Free.Where(
            name => samples.Any(sample => choice.IsChanged(sample.Trial, name) && sample.Extent != samples[0].Extent)).ToArray();
        if (moving.Length == 0) return new((int)samples[0].Extent);
        // Sizes that have to be equal here may also be 1 one by one, and it is not known which of them then is the extent.
        if (moving.Any(choice.Tied.ContainsValue)) return new(null);

        var fit = ExtentFit.Of(moving, samples.Select(sample => ((Func<string, int>)sample.Trial.SizeOf, sample.Extent)),
            changes => ExtentWith(choice, value, axis, changes), choice.Numbers);
        return fit is not null && fit.Names.All(OpenExtents.IsShown) ? new(null, fit.ToString()) : new(null);
    }

    /// <summary>The extent where some sizes have other numbers (0 stands for their second one); null if the graph cannot take
    /// them.</summary>
    (Func<string, int> SizeOf, long Extent)? ExtentWith(Choice choice, Value value, int axis,
        IReadOnlyList<(string Name, int Number)> changes)
    {
        if (_trials.Count >= _maxTrials) return null;
        var trial = choice.With(
            [.. changes.Select(
                change => change.Number > 0
                    ? change : (change.Name, _open.OtherNumbers(change.Name, choice.Numbers[change.Name], choice.Scale)[0]))]);
        return trial.ShapeOf(value) is { } shape && axis < shape.Rank ? (trial.SizeOf, shape[axis]) : null;
    }

    /// <summary>Looks for numbers for which most values have a shape: at other scales, then with sizes that are equal (all of one place at
    /// first), then with single ones that are 1.</summary>
    void Choose()
    {
        for (var scale = 1; scale < OpenExtents.ScaleCount; scale++)
            Consider(_choices[^1] with { Numbers = _open.Numbers(scale), Scale = scale });
        Consider(_choices[^1] with { Tied = _open.OfOnePlace() });
        foreach (var name in _open.Names)
        {
            if (_choices[^1].Tied.ContainsKey(name)) continue;
            var others = _open.Names.Count <= MaxTied
                ? _open.Names.TakeWhile(other => other != name).Where(other => !_choices[^1].Tied.ContainsKey(other)).ToArray() : [];
            if (others.Any(other => Consider(_choices[^1] with { Tied = new(_choices[^1].Tied) { [name] = other } }))) continue;
            Consider(_choices[^1] with { Numbers = new(_choices[^1].Numbers) { [name] = 1 } });
        }
    }

    /// <summary>Takes a choice that knows more than the last one.</summary>
    bool Consider(Choice choice)
    {
        var known = _choices[^1].Base.KnownShapes;
        if (_trials.Count >= _maxTrials || known == _graph.Nodes.Sum(node => node.Outputs.Count(output => output is not null))
                || choice.Base.KnownShapes <= known) return false;
        _choices.Add(choice);
        return true;
    }

    Trial TrialOf(Dictionary<string, int> numbers)
    {
        var key = string.Join(',', _open.Names.Select(name => numbers[name]));
        if (_trials.TryGetValue(key, out var known)) return known;

        var inputs = _graph.Inputs.Select(input => (input, new TensorInfo(input.Type, ShapeOfInput(input, numbers))));
        var infos = ShapeInference.InferAsFarAsPossible(_graph, inputs,
            value => value is { IsDeclared: true, Shape: { } declared } ? Declared(declared, numbers) : null);
        return _trials[key] = new(infos, numbers);
    }

    Shape ShapeOfInput(Value input, Dictionary<string, int> numbers)
    {
        if (input.Shape is not { } shape || input.Type == DataType.Undefined) return Shape.Unknown;
        return Filled(
            [.. shape.Dimensions.Select((dimension, axis) => dimension.Extent ?? _open.Extent(input, axis, name => numbers[name]))])
            ?? Shape.Unknown;
    }

    /// <summary>What the file says of a value that inference says nothing of, where all of its sizes are known.</summary>
    Shape? Declared(SymbolicShape shape, Dictionary<string, int> numbers)
    {
        var extents = new List<int>();
        foreach (var dimension in shape.Dimensions)
        {
            if (dimension.Extent is { } extent) extents.Add(extent);
            else if (dimension.Symbol is { } symbol && _open.Read(symbol) is { } read && read.At(name => numbers[name]) is var number
                    && number >= 0 && number < int.MaxValue) extents.Add((int)number);
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

    /// <summary>Numbers for all sizes, and what is supposed of them.</summary>
    /// <param name="Owner">Runs the trials.</param>
    /// <param name="Numbers">One for each name.</param>
    /// <param name="Tied">Sizes that are supposed to be equal to another.</param>
    /// <param name="Scale">What the numbers are multiples of; see <see cref="OpenExtents"/>.</param>
    sealed record Choice(ShapeTrials Owner, Dictionary<string, int> Numbers, Dictionary<string, string> Tied, int Scale)
    {
        IReadOnlyList<Trial>? _alone;

        public Trial Base => With([]);

        public IEnumerable<string> Free => Owner._open.Names.Where(name => !Tied.ContainsKey(name));

        /// <summary>With each size changed alone.</summary>
        public IReadOnlyList<Trial> Alone => _alone ??=
        [
            .. Free.SelectMany(name => Owner._open.OtherNumbers(name, Numbers[name], Scale).Select(number => (name, number)))
                .TakeWhile(_ => Owner._trials.Count < Owner._maxTrials).Select(change => With([change])),
        ];

        /// <summary>Whether each size was changed, without which nothing is known of extents that depend on sizes.</summary>
        public bool IsTried =>
            Owner._open.Names.Count == 0
            || 1 + 4 * Owner._open.Names.Count <= Owner._maxTrials && Free.All(name => Alone.Any(trial => IsChanged(trial, name)));

        /// <summary>The sizes with whose other numbers a value was not seen, or only with the next one, which most quotients do not tell
        /// from the first.</summary>
        public IEnumerable<string> FixedAt(Value value) => Free.Where(name =>
        {
            var numbers = Alone.Where(trial => IsChanged(trial, name) && trial.ShapeOf(value) is not null)
                .Select(trial => trial.SizeOf(name)).ToArray();
            return numbers.Length == 0 || numbers is [var only] && only == Numbers[name] + 1;
        });

        public bool IsFree(Value value) => !FixedAt(value).Any();

        public bool IsChanged(Trial trial, string name) => trial.SizeOf(name) != Numbers[name];

        public Trial With(IReadOnlyList<(string Name, int Number)> changes)
        {
            var numbers = new Dictionary<string, int>(Numbers);
            foreach (var (name, number) in changes) numbers[name] = number;
            foreach (var name in Tied.Keys) numbers[name] = numbers[Root(name)];
            return Owner.TrialOf(numbers);
        }

        /// <summary>The size that a name stands for.</summary>
        string Root(string name)
        {
            while (Tied.TryGetValue(name, out var other)) name = other;
            return name;
        }
    }

    /// <summary>What follows from one choice of numbers.</summary>
    sealed class Trial(Dictionary<Value, TensorInfo> infos, Dictionary<string, int> numbers)
    {
        public Dictionary<Value, TensorInfo> Infos => infos;

        /// <summary>Of how many values that nodes make.</summary>
        public int KnownShapes { get; } = infos.Count(entry => entry.Key.Producer is not null && entry.Value.Shape.IsKnown);

        public Shape? ShapeOf(Value value) => infos.TryGetValue(value, out var info) && info.Shape.IsKnown ? info.Shape : null;

        public int SizeOf(string name) => numbers[name];
    }
}
