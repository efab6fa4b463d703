using Octet.Numerics;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>The kind of integers in a recipe's file.</summary>
static class SpecYaml
{
    static readonly string[] Keys = ["type", "scheme", "rule", "reduced-range", "narrow-range", "power-of-two", "rounding"];

    static readonly (string Word, (int Bits, bool Signed) Type)[] Types =
    [
        .. from bits in Enumerable.Range(2, 15)
           from signed in new[] { true, false }
           select ($"{(signed ? "" : "u")}int{bits}", (bits, signed))
    ];

    static readonly (string Word, (bool Symmetric, bool SignFromData) Scheme)[] Schemes =
        [("affine", (false, false)), ("symmetric", (true, false)), ("symmetric-or-unsigned", (true, true))];

    static readonly (string Word, ScaleRule Rule)[] Rules =
        [("onnxruntime", ScaleRule.OnnxRuntime), ("pytorch", ScaleRule.PyTorch), ("ti", ScaleRule.TexasInstruments)];

    static readonly (string Word, Rounding Rounding)[] Roundings =
        [("half-even", Rounding.HalfToEven), ("half-up", Rounding.HalfUp), ("half-away", Rounding.HalfAwayFromZero)];

    /// <param name="map">Holds the keys of the spec, and may hold others.</param>
    /// <param name="fallback">What the keys change.</param>
    /// <param name="isWeight">Whether scales per channel are possible.</param>
    /// <returns>Null if no key of a spec is there.</returns>
    public static QuantizationSpec? Read(YamlMap map, QuantizationSpec fallback, bool isWeight)
    {
        var before = map.Problems.Count;
        var (bits, signed) = map.Choice("type", (fallback.Bits, fallback.Signed), Types);
        var (symmetric, fromData) = map.Choice("scheme", (fallback.Symmetric, fallback.SignFromData), Schemes);
        var rule = map.Choice("rule", fallback.Rule, Rules);
        var reduced = map.Flag("reduced-range", fallback.ReducedRange);
        var changesKind = map.Has("type") || map.Has("scheme") || map.Has("rule") || map.Has("reduced-range");
        var narrow = map.Flag("narrow-range", changesKind ? IsNarrowByDefault(signed, symmetric, reduced, rule) : fallback.NarrowRange);
        var powerOfTwo = map.Flag("power-of-two", fallback.PowerOfTwo);
        var perChannel = isWeight && map.Flag("per-channel", fallback.PerChannel);

        if (fromData && !signed) Refuse("'symmetric-or-unsigned' needs a signed type: it is unsigned where no value is negative");
        if (reduced && bits < 4) Refuse("'reduced-range' needs at least 4 bits");
        if (narrow && !signed) Refuse("'narrow-range' needs a signed type");
        if (map.Problems.Count > before || !Keys.Any(map.Has) && !(isWeight && map.Has("per-channel"))) return null;
        return new(bits, signed, symmetric, narrow, perChannel)
        {
            SignFromData = fromData,
            ReducedRange = reduced,
            PowerOfTwo = powerOfTwo,
            Rule = rule,
            Rounding = map.Choice("rounding", fallback.Rounding, Roundings)
        };

        void Refuse(string text) => map.Problems.Add(new(map.Line, text));
    }

    /// <summary>The lines that give a spec, without those that say what holds anyway.</summary>
    /// <param name="spec">What to say.</param>
    /// <param name="fallback">What holds without.</param>
    public static IEnumerable<string> Lines(QuantizationSpec spec, QuantizationSpec fallback)
    {
        yield return $"type: {Yaml.Word(Types, (spec.Bits, spec.Signed))}";
        yield return $"scheme: {Yaml.Word(Schemes, (spec.Symmetric, spec.SignFromData))}";
        if (spec.Rule != fallback.Rule) yield return $"rule: {Yaml.Word(Rules, spec.Rule)}";
        if (spec.ReducedRange != fallback.ReducedRange) yield return $"reduced-range: {Word(spec.ReducedRange)}";
        if (spec.Rounding != fallback.Rounding) yield return $"rounding: {Yaml.Word(Roundings, spec.Rounding)}";
        if (spec.NarrowRange != IsNarrowByDefault(spec.Signed, spec.Symmetric, spec.ReducedRange, spec.Rule))
            yield return $"narrow-range: {Word(spec.NarrowRange)}";
        if (spec.PowerOfTwo != fallback.PowerOfTwo) yield return $"power-of-two: {Word(spec.PowerOfTwo)}";
    }

    /// <summary>As YAML writes it.</summary>
    internal static string Word(bool flag) => flag ? "true" : "false";

    static bool IsNarrowByDefault(bool signed, bool symmetric, bool reduced, ScaleRule rule) =>
        signed && symmetric && !reduced && rule == ScaleRule.OnnxRuntime;
}
