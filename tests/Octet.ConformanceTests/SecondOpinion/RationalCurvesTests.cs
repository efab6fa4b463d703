using Octet.Graphs;
using Octet.Kernels;
using Octet.Onnx;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>The functions that tables of integers are worked out with are ONNX Runtime's, bit by bit.</summary>
public sealed class RationalCurvesTests
{
    [Theory, InlineData("Sigmoid"), InlineData("Tanh")]
    public void Each_bit_is_that_of_ONNX_Runtime(string function)
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Fma.IsSupported, "without FMA, ONNX Runtime rounds products before it adds them");
        const int Count = 200_000;
        var graph = new Graph { Name = function, Opsets = { [""] = 13 } };
        var input = graph.AddInput("x", DataType.Float32, new(Count));
        graph.AddOutput(graph.Add(function, [input], "y", []));
        using var runtime = OnnxRuntime.Load(new Model { Graph = graph }, asksForExactSums: false);
        var (x, random) = (new Tensor(DataType.Float32, [Count]), new Random(20261130));
        foreach (ref var element in x.AsSpan<float>())
            element = (float)((random.NextDouble() * 2 - 1) * Math.Pow(10, random.NextDouble() * 3 - 1.5));

        var expected = runtime.Run(new Dictionary<string, Tensor> { ["x"] = x })["y"].Floats.ToArray();

        x.Floats.ToArray().Select(element => function == "Tanh" ? RationalCurves.Tanh(element) : RationalCurves.Logistic(element))
            .ShouldBe(expected);
    }
}
