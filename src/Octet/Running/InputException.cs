using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>What a model is given does not fit its inputs; the message names all differences at once.</summary>
public sealed class InputException(string message) : OctetException(message)
{
    internal static void ThrowIfAnyDoesNotFit(Graph graph, IReadOnlyDictionary<string, Tensor> inputs)
    {
        if (graph.Inputs.Count == inputs.Count
                && graph.Inputs.All(input => inputs.TryGetValue(input.Name, out var tensor) && Fits(input, tensor))) return;

        var problems = graph.Inputs
            .Where(input => !inputs.ContainsKey(input.Name)).Select(input => $"input '{input.Name}' is missing; it is {input}")
            .Concat(inputs.Keys.Except(graph.Inputs.Select(input => input.Name)).Select(name => $"the model has no input '{name}'"))
            .Concat(graph.Inputs.Where(input => inputs.TryGetValue(input.Name, out var tensor) && !Fits(input, tensor))
                .Select(input =>
                    $"input '{input.Name}' is {inputs[input.Name]}, but the model takes {input.Type.DisplayName} {input.Shape}"));
        throw new InputException(string.Join(Environment.NewLine, problems));
    }

    static bool Fits(Value input, Tensor tensor) =>
        (input.Type == DataType.Undefined || input.Type == tensor.Type) && (input.Shape is null || input.Shape.Admits(tensor.Shape));
}
