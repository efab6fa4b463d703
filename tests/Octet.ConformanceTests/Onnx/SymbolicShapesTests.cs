using Octet.Graphs;
using Octet.Onnx;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>
/// What is said of shapes when all sizes of all inputs are open holds for the sizes that the operator suite has: each of its models, with a
/// name in the place of each extent of its inputs, and the shapes of its outputs as the judge.
/// </summary>
public sealed class SymbolicShapesTests
{
    /// <summary>Image and kernel are both inputs here, and of one size as far as names tell.</summary>
    const string KernelAsInput = "test_convinteger_without_padding";

    [Fact]
    public void Expressions_of_open_sizes_give_the_extents_that_the_suite_declares()
    {
        SharedFolder.Require("conformance", "index.tsv");
        var (wrong, compared, open) = (new List<string>(), 0, 0);
        foreach (var test in OnnxCase.All)
        {
            if (test.Name == KernelAsInput || Read(test) is not { } graph) continue;
            var declared = graph.Outputs.Select(output => output.Shape).ToArray();
            var sizes = Open(graph);

            ShapeInference.Annotate(graph);

            foreach (var (output, shape) in graph.Outputs.Zip(declared))
            {
                if (shape is not { IsKnown: true } || output.Shape is not { } found || output.IsGraphInput) continue;
                if (found.Rank != shape.Rank) wrong.Add($"{test.Name}: {output.Name} is {shape}, not {found}");
                foreach (var (right, extent) in found.Rank == shape.Rank ? shape.Dimensions.Zip(found.Dimensions) : [])
                {
                    compared++;
                    if (extent is { Extent: null, Symbol: null }) open++;
                    else if ((extent.Extent ?? new Expression(extent.Symbol!, sizes).Value()) != right.Extent)
                        wrong.Add($"{test.Name}: {output.Name} is {shape}, not {found} for {string.Join(", ", sizes)}");
                }
            }
        }

        wrong.Distinct().ShouldBeEmpty();
        compared.ShouldBeGreaterThan(1500);
        // With weights, kernels and masks open too, much has to stay so; this holds that it does not become more.
        open.ShouldBeLessThan(compared * 2 / 5);
    }

    static Graph? Read(OnnxCase test)
    {
        try
        {
            return OnnxReader.Read(test.ModelPath).Graph;
        }
        catch (OctetException)
        {
            return null;
        }
    }

    /// <summary>Puts names in the place of extents, and forgets what the file says of all other values.</summary>
    static Dictionary<string, int> Open(Graph graph)
    {
        var sizes = new Dictionary<string, int>();
        foreach (var (index, input) in graph.Inputs.Index())
        {
            if (input.Shape is not { IsKnown: true } shape) continue;
            foreach (var (axis, extent) in shape.Dimensions.Index()) sizes[$"s{index}{axis}"] = extent.Extent!.Value;
            input.Shape = new([.. shape.Dimensions.Select((_, axis) => new Dimension(null, $"s{index}{axis}"))]);
        }
        foreach (var value in graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>())
            (value.Type, value.Shape, value.IsDeclared) = (DataType.Undefined, null, false);
        return sizes;
    }

    /// <summary>Sums, differences, products and quotients that are rounded down, of names and numbers.</summary>
    sealed class Expression(string text, Dictionary<string, int> sizes)
    {
        int _at;

        public long Value()
        {
            var sum = Product();
            while (true)
            {
                if (Takes(" + ")) sum += Product();
                else if (Takes(" - ")) sum -= Product();
                else return sum;
            }
        }

        long Product()
        {
            var product = Atom();
            while (true)
            {
                if (Takes("//")) product = (long)Math.Floor(product / (double)Atom());
                else if (Takes("*")) product *= Atom();
                else return product;
            }
        }

        long Atom()
        {
            if (Takes("-")) return -Atom();
            if (Takes("("))
            {
                var inside = Value();
                return Takes(")") ? inside : throw new FormatException(text);
            }
            var word = new string([.. text[_at..].TakeWhile(char.IsLetterOrDigit)]);
            _at += word.Length;
            return sizes.TryGetValue(word, out var size) ? size : long.Parse(word);
        }

        bool Takes(string token)
        {
            if (!text.AsSpan(_at).StartsWith(token)) return false;
            _at += token.Length;
            return true;
        }
    }
}
