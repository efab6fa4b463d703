namespace Octet.Planning.RecipeFiles;

/// <summary>What is done beyond ranges in a recipe's file, under <c>tuning:</c>.</summary>
static class TuningYaml
{
    const int MostSamples = 1_000_000;

    /// <param name="map">What stands under <c>tuning:</c>.</param>
    /// <param name="orElse">What the keys change.</param>
    public static TuningOptions Read(YamlMap map, TuningOptions orElse)
    {
        var options = new TuningOptions
        {
            Equalize = map.Flag("equalize", orElse.Equalize),
            SearchScales = map.Flag("search-scales", orElse.SearchScales),
            CompensateErrors = map.Flag("compensate-errors", orElse.CompensateErrors),
            RoundAdaptively = map.Flag("round-adaptively", orElse.RoundAdaptively),
            CorrectBiases = map.Flag("correct-biases", orElse.CorrectBiases),
            Samples = map.Count("samples", 1, MostSamples) ?? orElse.Samples,
        };
        map.RefuseOthers();
        return options;
    }

    /// <summary>A line for each setting, changed or not.</summary>
    public static IEnumerable<string> Lines(TuningOptions options) =>
    [
        $"equalize: {SpecYaml.Word(options.Equalize)}",
        $"search-scales: {SpecYaml.Word(options.SearchScales)}",
        $"compensate-errors: {SpecYaml.Word(options.CompensateErrors)}",
        $"round-adaptively: {SpecYaml.Word(options.RoundAdaptively)}",
        $"correct-biases: {SpecYaml.Word(options.CorrectBiases)}",
        $"samples: {Yaml.Text(options.Samples)}",
    ];
}
