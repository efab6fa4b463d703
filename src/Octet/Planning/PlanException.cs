namespace Octet.Planning;

/// <summary>A model cannot be quantized as asked.</summary>
public sealed class PlanException(string message) : OctetException(message)
{
    public static PlanException NothingToQuantize(string model, Target target) => new(
        $"'{model}' has nothing to quantize: none of its operators on float32 values is among those that target {target.Name} computes in integers "
        + $"({string.Join(", ", target.Rules.Select(rule => rule.OpType))}). Is it quantized already, or in float16?");
}
