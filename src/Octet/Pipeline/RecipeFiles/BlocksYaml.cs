using Octet.Numerics;
using Octet.Steps;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>The options of <see cref="RoundWeightBlocks"/> in recipe files.</summary>
static class BlocksYaml
{
    const int MaxSamples = 1_000_000;

    static readonly (string Word, BlockRounding Value)[] Roundings =
        [("compensated", BlockRounding.Compensated), ("refined", BlockRounding.Refined), ("nearest", BlockRounding.Nearest)];

    static readonly (string Word, BlockForm Value)[] Forms =
        [("matmul-nbits", BlockForm.MatMulNBits), ("dequantize-linear", BlockForm.DequantizeLinear)];

    public static RoundWeightBlocks Read(YamlMap map, RoundWeightBlocks step) => step with
    {
        Blocks = step.Blocks with
        {
            BlockSize = map.Choice("block-size", step.Blocks.BlockSize, [.. BlockSpec.Sizes.Select(size => (Yaml.Text(size), size))]),
            HasZeroPoints = map.Flag("zero-points", step.Blocks.HasZeroPoints),
            Form = map.Choice("form", step.Blocks.Form, Forms),
        },
        Rounding = map.Choice("rounding", step.Rounding, Roundings),
        MaxSamples = map.Count("samples", 1, MaxSamples) ?? step.MaxSamples,
    };

    /// <summary>What differs from the usual.</summary>
    public static IEnumerable<string> Lines(RoundWeightBlocks step)
    {
        var usual = new RoundWeightBlocks();
        if (step.Blocks.BlockSize != usual.Blocks.BlockSize) yield return $"block-size: {Yaml.Text(step.Blocks.BlockSize)}";
        if (step.Blocks.HasZeroPoints != usual.Blocks.HasZeroPoints)
            yield return $"zero-points: {SpecYaml.Word(step.Blocks.HasZeroPoints)}";
        if (step.Blocks.Form != usual.Blocks.Form) yield return $"form: {Yaml.Word(Forms, step.Blocks.Form)}";
        if (step.Rounding != usual.Rounding) yield return $"rounding: {Yaml.Word(Roundings, step.Rounding)}";
        if (step.MaxSamples != usual.MaxSamples) yield return $"samples: {Yaml.Text(step.MaxSamples)}";
    }
}
