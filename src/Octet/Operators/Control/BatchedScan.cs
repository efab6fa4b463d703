using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>Scan</c> of opset 8: the <see cref="Scan"/> of later opsets once for each sample of a batch, the first axis of every input and
/// output; each has as many slices as the first input says.
/// </summary>
/// <remarks>Inputs: optionally the lengths, int64 [batch]; states; what is cut into slices. Slices beyond a sample's length are zero in the
/// outputs.</remarks>
sealed record BatchedScan(Scan OneSample) : ControlFlow
{
    public static BatchedScan From(Attributes attributes)
    {
        var scan = Scan.From(attributes);
        return new(scan with
        {
            InputAxes = [],
            OutputAxes = [],
            OutputDirections = [],
            InputDirections = attributes.IntsOrNull("directions") ?? []
        });
    }

    public override string OpType => nameof(Scan);

    public override int RequiredInputs => 0;

    public override IReadOnlyList<string> Bodies => OneSample.Bodies;

    internal override TensorInfo[] Infer(TensorInfo[] inputs, IBodyInference bodies)
    {
        if (inputs.Any(input => input is { Shape.IsKnown: false })) return [];
        Check(inputs.Skip(1).Select(input => input?.Shape));
        var sample = inputs.Skip(1).Select(input => new TensorInfo(input.Type, StackedSlices.WithoutAxis(input.Shape, 0)));
        return
        [
            .. OneSample.Infer([.. sample], bodies)
                .Select(info => info.Shape.IsKnown ? info with { Shape = [inputs[1].Shape[0], .. info.Shape.Dimensions] } : info),
        ];
    }

    internal override Tensor[] Run(Tensor[] inputs, IBodies bodies)
    {
        var batch = Check(inputs.Skip(1).Select(input => input?.Shape));
        var lengths = inputs[0]?.Integers();
        if (lengths is not null && lengths.Length != batch)
            throw new OperatorException($"there are {batch} samples, but {lengths.Length} lengths");
        StackedSlices[]? collected = null;
        for (var n = 0; n < batch; n++)
        {
            var sample = inputs.Skip(1).Select(input => StackedSlices.Take(input, 0, n)).ToArray();
            var padded = OneSample.SequenceLength([.. sample.Select(input => input.Shape)]);
            var length = lengths is null ? padded : (int)Math.Clamp(lengths[n], 0, padded);
            foreach (ref var scanned in sample.AsSpan(sample.Length - OneSample.ScanInputs)) scanned = scanned.Slice(0, length);

            var results = OneSample.Run(sample, bodies);
            var states = sample.Length - OneSample.ScanInputs;
            collected ??= [.. results.Select(_ => new StackedSlices(bodies))];
            for (var k = 0; k < collected.Length; k++) collected[k].Add(k < states ? results[k] : Padded(results[k], padded));
        }
        return [.. (collected ?? []).Select(samples => samples.Join())];
    }

    int Check(IEnumerable<Shape?> inputs)
    {
        var shapes = inputs.ToArray();
        if (shapes.Length < OneSample.ScanInputs || shapes.Any(shape => shape is not { Rank: >= 1 }))
            throw new OperatorException("every input needs a first axis, the batch");
        if (shapes[^OneSample.ScanInputs..].Any(shape => shape is { Rank: < 2 }))
            throw new OperatorException("what is scanned needs two axes, batch and sequence");
        return shapes.Select(shape => shape!.Value[0]).Distinct().ToArray() is [var batch]
            ? batch : throw new OperatorException("the inputs have different batches");
    }

    static Tensor Padded(Tensor stack, int length)
    {
        if (stack.Shape[0] == length) return stack;
        var padded = new Tensor(stack.Type, stack.Shape.With(0, length));
        stack.CopyTo(padded.Slice(0, stack.Shape[0]));
        return padded;
    }
}
