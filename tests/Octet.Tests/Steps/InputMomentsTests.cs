using Octet.Graphs;
using Octet.Operators;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.Tests.Steps;

public sealed class InputMomentsTests
{
    /// <summary>What the moments say of the error of an output is what running the layer with the error as its weights says.</summary>
    [Theory, InlineData(1, 3, 1), InlineData(2, 3, 2), InlineData(4, 1, 1)]
    public void The_form_is_the_mean_square_of_what_errors_do_to_outputs(int groups, int kernel, int stride)
    {
        var random = new Random(groups);
        var graph = new Graph { Name = "layer", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new SymbolicShape(2, 4, 7, 9));
        var errors = Random(random, [8, 4 / groups, kernel, kernel]);
        var y = graph.NewValue("y");
        graph.Add(new Conv(new(null, [stride, stride], null, [1, 0, 1, 0], AutoPadding.None), groups), [x, graph.AddConstant("w", errors)],
            [y]);
        graph.AddOutput(y);
        Quantizer.Prepare(new() { Graph = graph });
        var samples = new[] { Random(random, [2, 4, 7, 9]), Random(random, [2, 4, 7, 9]) };

        var product = graph.Nodes[0].AsProduct()!;
        var session = new Octet.Running.Session(graph);
        var outputs = samples.Select(sample => session.Run(new Dictionary<string, Tensor> { ["x"] = sample })["y"]).ToArray();
        for (var group = 0; group < groups; group++)
        {
            foreach (var withoutMean in new[] { false, true })
            {
                var moments = InputMoments.Of(product, group, samples, wanted: null, withoutMean, threads: 2).Products;
                for (var row = 0; row < product.Rows; row++)
                {
                    var channel = Channel(outputs, group * product.Rows + row);
                    var mean = withoutMean ? channel.Average() : 0;
                    var expected = channel.Average(element => (element - mean) * (element - mean));

                    Form(product, group, row, errors, moments).ShouldBe(expected, 0.02 * expected);
                }
            }
        }
    }

    static double[] Channel(Tensor[] outputs, int channel) =>
        [.. outputs.SelectMany(
            output => Enumerable.Range(0, 2)
                .SelectMany(image => output.Floats.Slice((image * 8 + channel) * output.Shape.LengthOf(2, 4), output.Shape.LengthOf(2, 4))
                    .ToArray())).Select(element => (double)element)];

    static double Form(LayerProduct product, int group, int row, Tensor errors, float[] moments)
    {
        var own = new double[product.Depth];
        product.ForEachWeight(group, (at, index) =>
        {
            if (at / product.Depth == row) own[at % product.Depth] = errors.Floats[index];
        });
        return own.Index().Sum(i => own.Index().Sum(j => i.Item * j.Item * moments[i.Index * own.Length + j.Index]));
    }

    static Tensor Random(Random random, Shape shape) =>
        Tensor.Of<float>(shape, [.. Enumerable.Range(0, shape.Length).Select(_ => (float)random.NextDouble() - 0.3f)]);
}
