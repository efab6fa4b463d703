using Octet.Graphs;
using Octet.Operators;
using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Steps;

/// <summary>Divides the channels of a value by factors for some of its readers, which multiply by them.</summary>
static class Smoothing
{
    /// <summary>
    /// Changes a graph in place. Where nothing but those products reads a normalization with constant scale and bias, these are divided;
    /// elsewhere a product of the value with a vector is put in front of the products, since a residual reads the value too, or what makes
    /// it has no channels of its own.
    /// </summary>
    /// <param name="value">[…, channels].</param>
    /// <param name="products">Products of it with constant matrices that no other node reads.</param>
    /// <param name="factors">One for each channel.</param>
    public static void Apply(Value value, IReadOnlyList<Node> products, float[] factors)
    {
        var graph = products[0].Graph;
        foreach (var product in products) MultiplyRows(product, factors);

        var isOnlyReader = !value.IsGraphOutput && value.Consumers.All(products.Contains);
        if (isOnlyReader && value.Producer is { Operator: LayerNormalization } normalization && Divide(normalization, factors)) return;
        var inverse = Tensor.Of<float>([factors.Length], [.. factors.Select(factor => 1 / factor)]);
        var smoothed = graph.Add("Mul", [value, graph.AddConstant(graph.UniqueName($"{value.Name}_smoothing"), inverse)],
            graph.UniqueName($"{value.Name}_smoothed"), before: graph.Nodes.First(products.Contains));
        smoothed.Shape = value.Shape;
        foreach (var product in products) product.SetInput(0, smoothed);
    }

    static void MultiplyRows(Node product, float[] factors)
    {
        var facts = product.Operator.Weights!;
        var value = product.Inputs[facts.WeightInput]!;
        var weights = value.Constant!.Clone();
        var isTurned = weights.Shape.NormalizeAxis(facts.OutputChannelAxis) == 0;
        for (var row = 0; row < weights.Shape[0]; row++)
        {
            var elements = weights.Floats.Slice(row * weights.Shape[1], weights.Shape[1]);
            if (isTurned) TensorPrimitives.Multiply<float>(elements, factors, elements);
            else TensorPrimitives.Multiply(elements, factors[row], elements);
        }
        value.Constant = weights;
    }

    /// <summary>Divides scale and bias of a normalization.</summary>
    /// <returns>False where they are not constants of one element for each channel.</returns>
    static bool Divide(Node normalization, float[] factors)
    {
        var parameters = normalization.Inputs.Skip(1).OfType<Value>().ToArray();
        if (parameters.Length == 0 || parameters.Any(
                parameter => parameter.Constant is not { Type: DataType.Float32, Shape.Rank: 1 } constant
                || constant.Length != factors.Length))
            return false;
        for (var input = 1; input < normalization.Inputs.Count; input++)
        {
            if (normalization.Inputs[input] is not { Constant: { } elements } parameter) continue;
            var divided = elements.Clone();
            TensorPrimitives.Divide<float>(divided.Floats, factors, divided.Floats);
            normalization.SetInput(input, normalization.Graph.AddConstant(normalization.Graph.UniqueName(parameter.Name), divided));
        }
        return true;
    }
}
