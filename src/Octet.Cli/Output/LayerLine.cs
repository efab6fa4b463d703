using Octet.Reporting;

namespace Octet.Cli;

/// <summary>How far a layer is from the float model's, in one line; lines stand in columns.</summary>
static class LayerLine
{
    /// <summary><c>12.9 dB  cosine 0.97412  Conv  features.3</c>.</summary>
    public static string Of(LayerReport layer) =>
        $"{Figures.Decibels(layer.SqnrDb),8}  cosine {Figures.Cosine(layer.Cosine),8}  {layer.Operator,-10} {layer.Name}"
        + (layer.IsPart ? " (a part of the output)" : "");
}
