namespace Octet.Planning;

public sealed partial record Target
{
    /// <summary>
    /// TI's deep learning library, for accelerators that scale by shifting. The rules say which operators it leaves in floats; recipes that
    /// calibrate as TI's modules do place quantizers by TI's own rule.
    /// </summary>
    public static Target Tidl => TidlRules.Target;

    /// <summary>Made once, when it is first asked for: its rules begin with those of <see cref="OnnxRuntime"/>, and two instances would not be
    /// equal.</summary>
    static class TidlRules
    {
        public static readonly Target Target = new()
        {
            Name = "tidl",
            JoinedActivations = ["Relu", "Clip"],
            Rules =
            [
                .. OnnxRuntime.Rules.Where(rule => rule.OpType is not ("LeakyRelu" or "Gather" or "Expand" or "Tile"))
                    .Select(rule => rule.Role == OperatorRole.Aligns
                        ? rule with { Role = OperatorRole.Computes } : rule with { GivesFloats = false }),
            ],
        };
    }
}
