using Octet.Reporting;

namespace Octet.Cli;

/// <summary>How far a layer is from the float model's, in one line; lines stand in columns.</summary>
static class LayerLine
{
    /// <summary><c>22.9 dB alone 12.9 dB with all before Conv node_3, gives features.3</c>: what the layer adds, what its output
    /// has.</summary>
    public static string WithLocal(LayerReport layer) =>
        $"{Figures.Decibels(layer.LocalSqnrDb ?? double.NaN),8} alone  {Figures.Decibels(layer.SqnrDb),8} with all "
        + $"before  {layer.Operator,-10} "
        + (layer.Node is { Length: > 0 } node && node != layer.Name ? $"{node}, gives {layer.Name}" : layer.Name);

    /// <summary><c>12.9 dB  cosine 0.97412  Conv  features.3</c>.</summary>
    public static string Of(LayerReport layer) =>
        $"{Figures.Decibels(layer.SqnrDb),8}  cosine {Figures.Cosine(layer.Cosine),8}  {layer.Operator,-10} {layer.Name}"
        + (layer.IsPart ? " (a part of the output)" : "");
}
