using Octet.Graphs;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Passes;

/// <summary>What tests of graph rewriting share: elements from a fixed seed, and "the same outputs before and after".</summary>
static class RandomTensors
{
    public static Tensor Of(int seed, params int[] shape)
    {
        var random = new Random(seed);
        var tensor = new Tensor(DataType.Float32, new(shape));
        foreach (ref var element in tensor.Floats) element = 2 * random.NextSingle() - 1;
        return tensor;
    }

    /// <summary>Positive, away from zero: variances, and factors that must not vanish.</summary>
    public static Tensor Positive(int seed, params int[] shape)
    {
        var tensor = Of(seed, shape);
        foreach (ref var element in tensor.Floats) element = 1.1f + element;
        return tensor;
    }

    /// <summary>Runs the graph before and after a change, on the same inputs, and holds all outputs against each other.</summary>
    public static void ShouldComputeTheSameAfter(this Graph graph, Action change, float tolerance = 1e-5f)
    {
        var inputs = graph.Inputs.Index()
            .ToDictionary(entry => entry.Item.Name, entry => Of(100 + entry.Index, [.. entry.Item.Shape!.Fill((_, _) => 2).Dimensions]));
        var before = new Session(graph).Run(inputs);

        change();

        GraphCheck.Check(graph);
        var after = new Session(graph).Run(inputs);
        after.Keys.ShouldBe(before.Keys);
        foreach (var (name, expected) in before)
        {
            after[name].Shape.ShouldBe(expected.Shape);
            after[name].Floats.ToArray().ShouldBe(expected.Floats.ToArray(), tolerance, name);
        }
    }
}
