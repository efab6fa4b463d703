using Octet.Planning;
using Octet.Steps;
using Octet.TexasInstruments;
using Octet.Training;
using YamlDotNet.RepresentationModel;

namespace Octet.Pipeline.RecipeFiles;

/// <summary>The steps that recipe files know: a new step is a line here.</summary>
static class StepTable
{
    const int MaxSamples = 1_000_000;

    /// <summary>A kind of step: its usual form, how its options are read, and how they are written.</summary>
    sealed record Row(QuantizationStep Usual, Func<YamlMap, QuantizationStep, QuantizationStep> Read,
        Func<QuantizationStep, IEnumerable<string>> Lines);

    static readonly Row[] Rows =
    [
        Plain(new EqualizeGates()),
        Plain(new EqualizeChannels()),
        Plain(new SmoothOutliers()),
        Plain(new ChooseRanges()),
        Plain(new DynamicRanges()),
        Plain(new RoundWeights()),
        new(new RoundWeightBlocks(), (map, step) => BlocksYaml.Read(map, (RoundWeightBlocks)step),
            step => BlocksYaml.Lines((RoundWeightBlocks)step)),
        Layerwise(new SearchScales()),
        Layerwise(new CompensateErrors()),
        Layerwise(new RoundAdaptively()),
        Layerwise(new CorrectBiases()),
        new(
            new CalibrateLikeTi(new()),
            (map, step) => ((CalibrateLikeTi)step) with { Settings = TiYaml.Read(map, ((CalibrateLikeTi)step).Settings) },
            step => TiYaml.Lines(((CalibrateLikeTi)step).Settings)),
        Training(new Train()),
        Training(new TrainLikeTi()),
    ];

    /// <summary>Reads the list behind <c>steps</c>; what is wrong is noted with its line.</summary>
    /// <param name="map">The recipe.</param>
    /// <param name="basis">The steps of the recipe that it is based on: their options hold where the file does not change them.</param>
    public static IReadOnlyList<QuantizationStep> Read(YamlMap map, IReadOnlyList<QuantizationStep> basis)
    {
        if (map.Node("steps") is not { } node) return basis;
        if (node is not YamlSequenceNode { Children.Count: > 0 } list)
        {
            map.Refuse(node, "'steps' must be a list, whose lines begin with '- ' and the name of a step");
            return basis;
        }
        var steps = list.Children.Select(item => (Item: item, Step: ReadStep(map, item, basis))).Where(entry => entry.Step is not null)
            .ToArray();
        if (steps.Length < list.Children.Count) return basis;
        foreach (var (index, problem) in StepOrder.Problems([.. steps.Select(entry => entry.Step!)]))
            map.Refuse(steps[index].Item, problem);
        return [.. steps.Select(entry => entry.Step!)];
    }

    /// <summary>The list behind <c>steps:</c>, line by line; a line that begins with a space belongs to the step before it.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<QuantizationStep> steps)
    {
        foreach (var step in steps)
        {
            var lines = Rows.First(row => row.Usual.Name == step.Name).Lines(step).ToArray();
            yield return lines.Length == 0 ? $"- {step.Name}" : $"- {step.Name}:";
            foreach (var line in lines) yield return $"    {line}";
        }
    }

    /// <summary>A name, or a mapping of a name to options.</summary>
    static QuantizationStep? ReadStep(YamlMap map, YamlNode item, IReadOnlyList<QuantizationStep> basis)
    {
        var (name, options) = item switch
        {
            YamlScalarNode scalar => (scalar.Value, null),
            YamlMappingNode { Children: [var (key, value)] } when key is YamlScalarNode scalar => (scalar.Value, value),
            _ => (null, (YamlNode?)null),
        };
        if (name is null)
        {
            map.Refuse(item, "a step is a name, or a name with options: '- round-adaptively: { samples: 32 }'");
            return null;
        }
        var names = Rows.Select(row => row.Usual.Name).ToArray();
        if (Rows.FirstOrDefault(row => row.Usual.Name == name) is not { } known)
        {
            map.Refuse(item, $"'{name}' is no step; there are {string.Join(", ", names)}"
                + $"{(Spelling.FindClosest(name, names) is { } closest ? $". Did you mean '{closest}'?" : "")}");
            return null;
        }
        var step = basis.FirstOrDefault(step => step.Name == name) ?? known.Usual;
        switch (options)
        {
            case null or YamlScalarNode { Value: "" or null }: return step;
            case YamlMappingNode mapping:
                var own = new YamlMap(mapping, map.Problems);
                step = known.Read(own, step);
                own.RefuseOthers();
                return step;
            default:
                map.Refuse(options, $"options of '{name}' are keys with values: '- {name}: {{ key: value }}'");
                return null;
        }
    }

    static Row Training(TrainingStep usual) =>
        new(usual, (map, step) => TrainYaml.Read(map, (TrainingStep)step), step => TrainYaml.Lines((TrainingStep)step));

    static Row Plain(QuantizationStep usual) => new(usual, (_, step) => step, _ => []);

    static Row Layerwise(LayerStep usual) => new(
        usual,
        (map, step) => map.Count("samples", 1, MaxSamples) is { } samples ? (LayerStep)step with { MaxSamples = samples } : step,
        step => ((LayerStep)step).MaxSamples == usual.MaxSamples ? [] : [$"samples: {Yaml.Text(((LayerStep)step).MaxSamples)}"]);
}
