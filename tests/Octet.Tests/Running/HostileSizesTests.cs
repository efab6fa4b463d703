using Octet.Graphs;
using Octet.Operators;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Running;

/// <summary>Small models that ask for much: each is refused before memory is taken, whether the size is written in the model or comes with
/// its inputs.</summary>
public sealed class HostileSizesTests
{
    const long Many = 1 << 29;

    static readonly SessionOptions Limits = new() { MaxBytes = 64 << 20 };

    public static TheoryData<string, string> Requests => new()
    {
        { "ConstantOfShape", "would take" },
        { "Expand", "would take" },
        { "Tile", "would take" },
        { "Range", "would take" },
        { "Resize", "would take" },
        { "Pad", "would take" },
        { "OneHot", "would take" },
        { "ConstantOfShape negative", "has extent -1" },
        { "ConstantOfShape overflow", "more than 2147483647 elements" },
        { "Expand overflow", "extent" },
        { "Tile negative", "-1" },
        { "Range endless", "" },
        { "Pad negative", "" },
        { "Gather out of range", "index 7 is out of bounds for an axis of 2 element(s)" },
        { "Reshape", "" },
        { "Slice endless", "" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void Is_refused_before_memory_is_taken(string request, string because)
    {
        var opType = request.Split(' ')[0];
        var (inputs, attributes) = Given(request);
        foreach (var areConstant in (bool[])[true, false])
        {
            var graph = new Graph { Opsets = { [""] = 18 } };
            var values = inputs.Select((input, i) => i > 0 && areConstant
                ? graph.AddConstant($"c{i}", input)
                : graph.AddInput($"i{i}", input.Type, SymbolicShape.From(input.Shape))).ToArray();
            graph.AddOutput(graph.Add(opType, values, "y", attributes));
            var given = graph.Inputs.ToDictionary(input => input.Name,
                input => inputs[int.Parse(input.Name[1..], System.Globalization.CultureInfo.InvariantCulture)]);
            var allocated = GC.GetAllocatedBytesForCurrentThread();

            var refusal = Should.Throw<OctetException>(() => new Session(graph, Limits).Run(given));

            refusal.Message.ShouldContain(because);
            (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(4 << 20);
        }
    }

    static (Tensor[] Inputs, Attributes Attributes) Given(string request)
    {
        var x = Tensor.Of<float>([1, 1, 1, 2], 1, 2);
        return request switch
        {
            "ConstantOfShape" => ([Tensor.Vector(Many)], []),
            "Expand" => ([x, Tensor.Vector(Many / 2, 1, 1, 1)], []),
            "Tile" => ([x, Tensor.Vector(1, 1, Many / 2, 1)], []),
            "Range" => ([Tensor.Scalar(0L), Tensor.Scalar(Many / 4), Tensor.Scalar(1L)], []),
            "Resize" => ([x, new Tensor(DataType.Float32, [0]), new Tensor(DataType.Float32, [0]), Tensor.Vector(1, 1, 1 << 13, 1 << 14)],
                []),
            "Pad" => ([x, Tensor.Vector(0, 0, 0, 0, Many / 4, 0, 0, 0)], []),
            "OneHot" => ([Tensor.Vector(1, 1), Tensor.Scalar(Many / 4), Tensor.Of<float>([2], 0, 1)], []),
            "ConstantOfShape negative" => ([Tensor.Vector(-1)], []),
            "ConstantOfShape overflow" => ([Tensor.Vector(1 << 20, 1 << 20, 1 << 20, 1 << 4)], []),
            "Expand overflow" => ([x, Tensor.Vector(1L << 40)], []),
            "Tile negative" => ([x, Tensor.Vector(1, 1, 1, -1)], []),
            "Range endless" => ([Tensor.Scalar(0f), Tensor.Scalar(float.PositiveInfinity), Tensor.Scalar(1f)], []),
            "Pad negative" => ([x, Tensor.Vector(0, 0, 0, -2, 0, 0, 0, -2)], []),
            "Gather out of range" => ([Tensor.Of<float>([2], 1, 2), Tensor.Vector(7)], []),
            "Reshape" => ([x, Tensor.Vector(long.MaxValue, -1)], []),
            "Slice endless" => ([x, Tensor.Vector(0), Tensor.Vector(1), Tensor.Vector(3), Tensor.Vector(0)], []),
            _ => throw new ArgumentException(request),
        };
    }
}
