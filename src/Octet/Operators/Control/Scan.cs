using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Scan</c>, since opset 9: runs a body once for each slice of its last <see cref="ScanInputs"/> inputs, which have equally many.
/// </summary>
/// <remarks>
/// Inputs: initial states, then what is cut into slices. The body takes states and one slice of each, and gives the next states and slices
/// of the outputs. Outputs: the last states, then each stack of slices. Lists of axes and directions (1 is backwards) may be left out; then
/// all are 0.
/// </remarks>
sealed record Scan(int ScanInputs, long[] InputAxes, long[] InputDirections, long[] OutputAxes, long[] OutputDirections) : ControlFlow
{
    const string Body = "body";

    public static Scan From(Attributes attributes)
    {
        attributes.Subgraph(Body);
        var count = attributes.Int("num_scan_inputs");
        if (count is < 1 or > int.MaxValue) throw AttributeException.BadValue("num_scan_inputs", count, "1 and more");
        return new(
            (int)count,
            attributes.IntsOrNull("scan_input_axes") ?? [], attributes.IntsOrNull("scan_input_directions") ?? [],
            attributes.IntsOrNull("scan_output_axes") ?? [], attributes.IntsOrNull("scan_output_directions") ?? []);
    }

    public override int RequiredInputs => ScanInputs;

    public override bool RequiresAllInputs => true;

    public override IReadOnlyList<string> Bodies => [Body];

    internal override TensorInfo[] Infer(TensorInfo[] inputs, IBodyInference bodies)
    {
        if (inputs.Any(input => !input.Shape.IsKnown)) return [];
        var states = inputs.Length - ScanInputs;
        var length = SequenceLength([.. inputs.Select(input => input.Shape)]);
        if (bodies.Infer(Body, SliceInfos(inputs)) is not { } given || given.Length < states) return [];
        return
        [
            .. given.Take(states)
                .Select((info, i) => info with { Value = null, Shape = info.Shape == inputs[i].Shape ? info.Shape : Shape.Unknown }),
            .. given.Skip(states)
                .Select((info, k) => new TensorInfo(info.Type, info.Shape.IsKnown ? Stacked(info.Shape, k, length) : Shape.Unknown)),
        ];
    }

    internal override Tensor[] Run(Tensor[] inputs, IBodies bodies)
    {
        var states = inputs[..^ScanInputs];
        var scanned = inputs[^ScanInputs..];
        var axes = scanned.Select((input, i) => input.Shape.NormalizeAxis(At(InputAxes, i))).ToArray();
        var length = SequenceLength([.. inputs.Select(input => input.Shape)]);
        StackedSlices[]? collected = null;
        for (var t = 0; t < length; t++)
        {
            var slices = scanned.Select((input, i) => StackedSlices.Take(input, axes[i], At(InputDirections, i) == 1 ? length - 1 - t : t));
            var given = bodies.Run(Body, [.. states, .. slices]);
            if (given.Length < states.Length)
                throw new OperatorException($"the body gives {given.Length} value(s), but there are {states.Length} state(s)");
            bodies.Exchange(states, given.AsSpan(0, states.Length));
            states = given[..states.Length];
            collected ??= [.. given.Skip(states.Length).Select(_ => new StackedSlices(bodies))];
            for (var k = 0; k < collected.Length; k++) collected[k].Add(given[states.Length + k]);
        }
        bodies.Exchange(states, inputs.AsSpan(0, states.Length));
        return [.. states,
            .. collected?.Select((slices, k) => slices.Join(At(OutputAxes, k), At(OutputDirections, k) == 1))
            ?? NothingCollected(inputs, bodies)];
    }

    IEnumerable<Tensor> NothingCollected(Tensor[] inputs, IBodies bodies) =>
        Infer([.. inputs.Select(input => new TensorInfo(input.Type, input.Shape))], bodies).Skip(inputs.Length - ScanInputs)
            .Select(info => info.Type != DataType.Undefined && info.Shape.IsKnown
                ? new Tensor(info.Type, info.Shape)
                : throw new OperatorException("there is nothing to scan, and the model does not say which shape the outputs would have"));

    TensorInfo[] SliceInfos(TensorInfo[] inputs) =>
    [
        .. inputs[..^ScanInputs].Select(state => new TensorInfo(state.Type, state.Shape)),
        .. inputs[^ScanInputs..]
            .Select((input, i) =>
                new TensorInfo(input.Type, StackedSlices.WithoutAxis(input.Shape, input.Shape.NormalizeAxis(At(InputAxes, i))))),
    ];

    Shape Stacked(Shape slice, int output, int length)
    {
        var axis = Shape.NormalizeAxis(At(OutputAxes, output), slice.Rank + 1);
        return [.. slice[..axis], length, .. slice[axis..]];
    }

    /// <summary>How many slices what is scanned has.</summary>
    /// <exception cref="OperatorException">Not all have equally many.</exception>
    internal int SequenceLength(Shape[] inputs)
    {
        var lengths = inputs[^ScanInputs..].Select((shape, i) => shape[shape.NormalizeAxis(At(InputAxes, i))]).Distinct().ToArray();
        return lengths.Length == 1
            ? lengths[0] : throw new OperatorException($"the inputs have different numbers of slices: {string.Join(", ", lengths)}");
    }

    static long At(long[] list, int index) => index < list.Length ? list[index] : 0;
}
