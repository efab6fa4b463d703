using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Data;

/// <summary>What a sample must hold for one input of a model.</summary>
/// <param name="Name">The name that samples give the tensor.</param>
/// <param name="Type">Element type; pictures are converted to it.</param>
/// <param name="Shape">Open extents take any; null where the model says nothing.</param>
public sealed record ModelInput(string Name, DataType Type, SymbolicShape? Shape)
{
    /// <summary>The inputs of a graph, in its order.</summary>
    public static IReadOnlyList<ModelInput> Of(Graph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        return [.. graph.Inputs.Select(value => new ModelInput(value.Name, value.Type, value.Shape))];
    }

    /// <summary>Height and width where they are fixed and the input is of pictures with 1 or 3 channels; null elsewhere.</summary>
    internal ImageSize? PictureSize => Shape is { Rank: 4 } shape
        ? (shape.Dimensions[1].Extent, shape.Dimensions[2].Extent, shape.Dimensions[3].Extent) switch
        {
            (1 or 3, { } height, { } width) => new(height, width),
            ({ } height, { } width, 1 or 3) => new(height, width),
            _ => null,
        }
        : null;

    /// <summary>Whether the input is of pictures with one channel.</summary>
    internal bool IsGray => Shape is { Rank: 4 } shape && shape.Dimensions[1].Extent != 3 && shape.Dimensions[3].Extent != 3
        && (shape.Dimensions[1].Extent == 1 || shape.Dimensions[3].Extent == 1);

    /// <summary><c>input: float32 [N, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"{Name}: {Type.DisplayName} {Shape?.ToString() ?? "[...]"}";
}
