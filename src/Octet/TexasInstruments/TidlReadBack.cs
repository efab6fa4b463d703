using Octet.Exporting;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Onnx;
using Octet.Operators;
using Octet.Passes;
using Octet.Planning;
using Octet.Steps;
using Octet.TexasInstruments;

namespace Octet.TexasInstruments;

/// <summary>What the files of a model say when read without anything else.</summary>
/// <param name="Ranges">How many ranges were derived from Clips, each equal to the calibrated one.</param>
/// <param name="SameWeights">How many weights become the same integers as here by the scale that their greatest magnitude gives.</param>
/// <param name="Weights">How many weights there are.</param>
public sealed record TidlReadBack(int Ranges, int SameWeights, int Weights)
{
    /// <summary>What was written.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Reads a file with Clips, and derives from it what a device would.</summary>
    /// <param name="quantized">What was written.</param>
    /// <param name="path">The file.</param>
    /// <param name="clips">The name of the Clip's output that says the range of a value.</param>
    /// <exception cref="ExportException">A range is another than the calibrated one.</exception>
    internal static TidlReadBack Of(QuantizedModel quantized, string path, IReadOnlyDictionary<Value, string> clips)
    {
        var graph = OnnxReader.Read(path).Graph;
        PassPipeline.Prepare.Apply(graph);
        var derived = graph.Nodes.Where(node => node.Limits is { HasLow: true, HasHigh: true })
            .ToDictionary(node => node.Output.Name, node => Pact2Range.Fixed(node.Limits!.Value).Effective);
        ThrowIfAnyDiffers(path, clips.Select(clip => (
            clip.Key.Name, derived.TryGetValue(clip.Value, out var range)
            && range == TidlExport.RangeOf(quantized.ActivationOf(clip.Key)!))));

        var layers = quantized.Plan.Graph.Layers().Zip(graph.Layers()).ToDictionary(pair => pair.First, pair => pair.Second);
        return new(clips.Count, quantized.Plan.Weights.Count(weight => GivesSameIntegers(quantized, weight, layers[weight.Node])),
            quantized.Plan.Weights.Count);
    }

    /// <summary>Reads a file with QuantizeLinear nodes: every scale has to be the calibrated power of two.</summary>
    /// <returns>How many there are.</returns>
    /// <exception cref="ExportException">A scale is another.</exception>
    internal static int ScalesOf(QuantizedModel quantized, string path)
    {
        var scaleOf = new Dictionary<string, float>();
        foreach (var node in OnnxReader.Read(path).Graph.Find<QuantizeLinear>())
        {
            var source = node.Inputs[0]!;
            var scale = node.Inputs[1]!.Constant!.Floats[0];
            scaleOf[source.Name] = scale;
            // Integers of widths between those of types are cut off before, and an output of the model has its name behind.
            if (source.Producer is { Operator: Clip } clip) scaleOf.TryAdd(clip.Inputs[0]!.Name, scale);
            foreach (var reader in node.Output.Consumers) scaleOf.TryAdd(reader.Output.Name, scale);
        }
        var values = quantized.Plan.Groups.SelectMany(group => group.Values).ToArray();
        ThrowIfAnyDiffers(path,
            values.Select(
                value => (value.Name, scaleOf.TryGetValue(value.Name, out var scale) && PowerOfTwo.Is(scale)
                    && scale == quantized.ActivationOf(value)!.Scale)));
        return values.Length;
    }

    static void ThrowIfAnyDiffers(string path, IEnumerable<(string Name, bool IsSame)> values)
    {
        var others = values.Where(value => !value.IsSame).Select(value => value.Name).ToArray();
        if (others.Length > 0) throw ExportException.NotAsCalibrated(path, others);
    }

    static bool GivesSameIntegers(QuantizedModel quantized, PlannedWeight weight, Node layer)
    {
        var elements = layer.Inputs[layer.Operator.Weights!.WeightInput]!.Constant!;
        var here = LinearQuantizer.FakeQuantize(weight.Weight.Constant!, quantized.WeightOf(weight));
        var powerOfTwo = TiRecipe.SettingsOf(quantized.Plan.Recipe)?.PowerOfTwoWeights ?? true;
        return LinearQuantizer.FakeQuantize(elements,
            Pact2Weights.Parameters(elements, weight.Spec.Bits, powerOfTwo, weight.Axis)).Floats.SequenceEqual(here.Floats);
    }
}
