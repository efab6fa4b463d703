using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>Runs one operator as the executor does: infer, allocate, run.</summary>
static class OperatorRun
{
    public const int NewestOpset = 24;

    /// <summary>Creates the operator from the table and gives its outputs.</summary>
    public static Tensor[] Outputs(string opType, int opset, Attributes attributes, params ReadOnlySpan<Tensor?> inputs) =>
        Outputs(OperatorTable.Create("", opType, opset, attributes), attributes.OutputCount, inputs);

    public static Tensor[] Outputs(Operator op, int outputCount, params ReadOnlySpan<Tensor?> inputs)
    {
        var (planned, known) = (new TensorInfo[inputs.Length], new TensorInfo[inputs.Length]);
        for (var i = 0; i < inputs.Length; i++)
        {
            planned[i] = inputs[i] is { } input ? new(input.Type, input.Shape) : null!;
            known[i] = inputs[i] is { } value ? TensorInfo.Of(value) : null!;
        }
        var infos = op.Infer(known);
        foreach (var (early, late) in op.Infer(planned).Zip(infos)) ShouldAgree(early, late);

        var outputs = infos.Take(outputCount).Select(info => new Tensor(info.Type, info.Shape)).ToArray();
        // What an output holds before the run is undefined; make sure that nobody relies on zeros.
        foreach (var output in outputs) Use(output);
        ReducedPrecision.Run(op, inputs!, outputs);
        return outputs;
    }

    /// <summary>All outputs of an operator that is there already.</summary>
    public static Tensor[] RunOn(this Operator op, params ReadOnlySpan<Tensor?> inputs) => Outputs(op, int.MaxValue, inputs);

    public static Operator Newest(string opType, Attributes? attributes = null) => OfOpset(opType, NewestOpset, attributes);

    public static Operator OfOpset(string opType, int opset, Attributes? attributes = null) =>
        OperatorTable.Create("", opType, opset, attributes ?? []) switch
        {
            UnsupportedOperator => throw new ArgumentException($"The table has no {opType} of opset {opset}.", nameof(opType)),
            var op => op,
        };

    /// <summary>The one output of the newest version.</summary>
    public static Tensor Output(string opType, Attributes attributes, params ReadOnlySpan<Tensor?> inputs) =>
        Outputs(opType, NewestOpset, attributes, inputs)[0];

    /// <summary>The one output of the version of an opset.</summary>
    public static Tensor Output(string opType, int opset, Attributes attributes, params ReadOnlySpan<Tensor?> inputs) =>
        Outputs(opType, opset, attributes, inputs).ShouldHaveSingleItem();

    /// <summary>The message with which the newest version refuses its attributes or the shapes of its inputs.</summary>
    public static string Refusal(string opType, Attributes attributes, params Shape[] inputs) => Should.Throw<OctetException>(() =>
    {
        var infos = inputs.Select(shape => new TensorInfo(DataType.Float32, shape)).ToArray();
        OperatorTable.Create("", opType, NewestOpset, attributes).Infer(infos);
    }).Message;

    public static Tensor Floats(Shape shape, params ReadOnlySpan<float> values) => Tensor.Of(shape, values);

    public static Tensor Longs(params ReadOnlySpan<long> values) => Tensor.Vector(values);

    /// <summary>0, 1, 2, … in any shape.</summary>
    public static Tensor Range(Shape shape) => Tensor.Of<float>(shape, [.. Enumerable.Range(0, shape.Length).Select(i => (float)i)]);

    /// <summary>Values from −1 to 1.</summary>
    public static Tensor Random(Random random, Shape shape) =>
        Tensor.Of<float>(shape, [.. Enumerable.Range(0, shape.Length).Select(_ => random.NextSingle() * 2 - 1)]);

    /// <summary>Compares the shape, and float32 elements to five digits.</summary>
    public static void ShouldBe(this Tensor actual, Shape shape, params float[] values)
    {
        actual.Shape.ShouldBe(shape);
        actual.Values().ShouldBe(values, tolerance: 1e-5);
    }

    public static float[] Values(this Tensor tensor) => tensor.Floats.ToArray();

    public static void ShouldBeClose(this Tensor actual, params ReadOnlySpan<float> expected)
    {
        actual.Length.ShouldBe(expected.Length);
        for (var i = 0; i < expected.Length; i++)
            actual.Floats[i].ShouldBe(expected[i], 1e-5 + 1e-4 * Math.Abs(expected[i]), $"element {i}");
    }

    /// <summary>What is said without the inputs' values must hold with them too.</summary>
    static void ShouldAgree(TensorInfo early, TensorInfo late)
    {
        early.Type.ShouldBe(late.Type);
        if (early.Shape.IsKnown) early.Shape.ShouldBe(late.Shape);
        late.Shape.IsKnown.ShouldBeTrue();
    }

    static void Use(Tensor tensor)
    {
        if (tensor.Type == DataType.String) tensor.Strings.Fill("used");
        else tensor.Bytes.Fill(0xA5);
    }
}
