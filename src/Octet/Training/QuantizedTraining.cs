using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Planning;
using Octet.Steps;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>Quantization-aware training of a calibrated model: the simulated graph is trained, and what it has learned becomes a quantized
/// model again, for every export there is.</summary>
public static class QuantizedTraining
{
    /// <summary>Trains a quantized model.</summary>
    /// <param name="model">A calibrated model; it is not changed.</param>
    /// <param name="data">What to train with.</param>
    /// <param name="options">
    /// How. Normalizations are folded, so <see cref="TrainingPlanOptions.BatchStatistics"/> has no effect.
    /// <see cref="TrainingOptions.Validate"/> is given the graph that computes what the exported model will compute.
    /// </param>
    /// <param name="cancel">Ends after a step, with a checkpoint if one is asked for.</param>
    /// <returns>The trained model with its scales, its weights on their grid, and what each epoch gave. Where validation finds nothing
    /// better, the model that was given.</returns>
    /// <exception cref="OctetException">Model, data and losses do not fit each other.</exception>
    public static TrainedModel Train(QuantizedModel model, TrainingData data,
        TrainingOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(options);
        var network = model.Simulate();
        // A teacher that gives more than the model does shows what inner layers are to give.
        foreach (var name in options.Losses.Select(loss => loss.Output).OfType<string>()
            .Where(name => network.Outputs.All(output => output.Name != name)))
        {
            if (network.FindValue(name) is { } inner) network.AddOutput(inner);
        }
        var validate = options.Validate;
        using var trainer =
            new Trainer(network, data,
                options with
                {
                    Validate = validate is null
                    ? null : graph => validate((graph == network ? model : Trained(model, graph)).Simulate())
                });
        trainer.Run(cancel);
        return new(trainer.BestEpoch == 0 ? model : Trained(model, network), trainer.Epochs, trainer.Start);
    }

    /// <summary>Scales that suit what a recipe asks for: powers of two are learned as thresholds, scales of few bits as they are, and
    /// others stay.</summary>
    public static QuantizerTraining QuantizersFor(QuantizedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var specs = model.Plan.Groups.Select(group => group.Spec).Concat(model.Plan.Weights.Select(weight => weight.Spec)).ToArray();
        return specs.Any(spec => spec.PowerOfTwo) ? QuantizerTraining.LearnedThresholds
            : specs.Any(spec => spec.Bits <= 4) ? QuantizerTraining.LearnedScales
            : QuantizerTraining.Fixed;
    }

    /// <summary>The model with what a trained simulation holds, in a copy of its graph.</summary>
    static QuantizedModel Trained(QuantizedModel model, Graph network)
    {
        var copy = new LayerCopy(model.Plan.Graph);
        var elements = network.Constants.ToDictionary(constant => constant.Name, constant => constant.Constant!);
        foreach (var constant in copy.Graph.Constants)
        {
            if (elements.TryGetValue(constant.Name, out var trained) && trained.Shape == constant.Constant!.Shape)
                constant.Constant = trained.Clone();
        }
        var quantizers = new Dictionary<string, QuantizationParameters>();
        foreach (var node in network.Find<FakeQuantize>()) quantizers[node.Name] = ((FakeQuantize)node.Operator).Parameters;
        QuantizationParameters Of(Value value, QuantizationParameters fallback) =>
            quantizers.GetValueOrDefault(Simulation.QuantizerOf(value.Name), fallback);

        var activations =
            model.Plan.Groups.ToDictionary(group => copy[group.Values[0]],
                group => Of(group.Values[0], model.ActivationOf(group.Values[0])!));
        var weights = model.Plan.Weights.ToDictionary(weight => copy[weight.Node], weight => Of(weight.Weight, model.WeightOf(weight)));
        foreach (var places in model.Plan.Weights.GroupBy(weight => weight.Weight))
        {
            // A weight with two grids lies on neither.
            if (places.Select(place => place.Axis).Distinct().Count() == 1)
                copy[places.Key].Constant = LinearQuantizer.FakeQuantize(copy[places.Key].Constant!, weights[copy[places.First().Node]]);
        }
        return new(model.Model.With(copy.Graph), copy.Of(model.Plan), group => activations[group.Values[0]],
            weight => weights[weight.Node]);
    }
}

/// <summary>What quantization-aware training gives.</summary>
/// <param name="Model">The trained model with its scales; the one that was given where validation finds nothing better.</param>
/// <param name="Epochs">What each epoch gave.</param>
/// <param name="Start">How the model was judged before the first step; null without validation.</param>
public sealed record TrainedModel(QuantizedModel Model, IReadOnlyList<TrainingEpoch> Epochs, double? Start);
