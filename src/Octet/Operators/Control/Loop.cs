using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Loop</c>: runs a body again and again, at most so often as the trip count says and as long as the condition holds.
/// </summary>
/// <remarks>
/// Inputs: trip count (one int64) and condition (one bool), either of which may be left out, then the initial carried values.
/// The body takes the number of the iteration, the condition and the carried values; it gives the next condition, the next carried values,
/// and any number of values to collect. Outputs: the last carried values, then each collected value, stacked along a new first axis.
/// </remarks>
sealed record Loop : ControlFlow
{
    const string Body = "body";

    public static Loop From(Attributes attributes)
    {
        attributes.Subgraph(Body);
        return new();
    }

    public override int RequiredInputs => 0;

    public override IReadOnlyList<string> Bodies => [Body];

    internal override TensorInfo[] Infer(TensorInfo[] inputs, IBodyInference bodies)
    {
        var carried = Carried(inputs, (info, _) => info with { Value = null });
        if (InferBody(carried, bodies) is not { } given || given.Length <= carried.Length) return [];

        // Shapes are known only if each iteration leaves them as they are.
        var next = given.AsSpan(1, carried.Length).ToArray();
        var isSteady = next.Zip(carried).All(pair => pair.First.Type == pair.Second.Type && pair.First.Shape == pair.Second.Shape);
        return
        [
            .. next.Select(info => info with { Shape = isSteady ? info.Shape : Shape.Unknown, Value = null }),
            .. given.Skip(1 + carried.Length).Select(info => new TensorInfo(info.Type, Shape.Unknown)),
        ];
    }

    internal override Tensor[] Run(Tensor[] inputs, IBodies bodies)
    {
        var initial = Carried(inputs, (tensor, _) => tensor);
        var carried = initial;
        var trips = inputs.Length > 0 && inputs[0] is { } count ? TripCount(count) : long.MaxValue;
        var goesOn = inputs.Length < 2 || inputs[1] is not { } condition || Condition.Read(condition);
        StackedSlices[]? collected = null;
        for (long i = 0; i < trips && goesOn; i++)
        {
            var given = bodies.Run(Body, [Tensor.Scalar(i), Tensor.Scalar(goesOn), .. carried]);
            if (given.Length <= carried.Length) throw TooFew(given.Length, carried.Length);
            goesOn = Condition.Read(given[0]);
            bodies.Exchange(carried, given.AsSpan(1, carried.Length));
            carried = given[1..(1 + carried.Length)];
            collected ??= [.. given.Skip(1 + carried.Length).Select(_ => new StackedSlices(bodies))];
            for (var k = 0; k < collected.Length; k++) collected[k].Add(given[1 + carried.Length + k]);
        }
        bodies.Exchange(carried, initial);
        return [.. carried, .. collected?.Select(slices => slices.Join()) ?? NothingCollected(carried, bodies)];
    }

    /// <summary>Where the body never ran, its collected values have an extent of zero before the shape that they would have had.</summary>
    static IEnumerable<Tensor> NothingCollected(Tensor[] carried, IBodies bodies)
    {
        var infos = InferBody([.. carried.Select(tensor => new TensorInfo(tensor.Type, tensor.Shape))], bodies) ?? [];
        return infos.Skip(1 + carried.Length).Select(info => info.Type != DataType.Undefined
            ? new Tensor(info.Type, info.Shape.IsKnown ? [0, .. info.Shape.Dimensions] : [0])
            : throw new OperatorException("the body never runs, and the model does not say which type its outputs would have"));
    }

    static TensorInfo[]? InferBody(TensorInfo[] carried, IBodyInference bodies) =>
        bodies.Infer(Body, [new(DataType.Int64, Shape.Scalar), new(DataType.Bool, Shape.Scalar), .. carried]);

    static T[] Carried<T>(T?[] inputs, Func<T, int, T> take) where T : class => [.. inputs.Skip(2).Select((input, index) =>
        take(input ?? throw new OperatorException($"the carried value {index} is missing"), index))];

    static long TripCount(Tensor count) => count is { Type: DataType.Int64, Length: 1 }
        ? count.Longs[0]
        : throw new OperatorException($"the trip count is one int64, but this one is {count}");

    static OperatorException TooFew(int given, int carried) =>
        new($"the body gives {given} value(s), but {carried + 1} are needed: a condition and {carried} carried value(s)");
}
