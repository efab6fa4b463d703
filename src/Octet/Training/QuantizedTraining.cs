using Octet.Graphs;
using Octet.Numerics;
using Octet.Planning;

namespace Octet.Training;

/// <summary>Quantization-aware training of a calibrated model: the simulated graph is trained, and what it has learned becomes a quantized
/// model again, for every export there is.</summary>
public static class QuantizedTraining
{
    /// <summary>Trains a quantized model.</summary>
    /// <param name="model">A calibrated model; the weights of its graph are replaced by the trained ones.</param>
    /// <param name="data">What to train with.</param>
    /// <param name="options">How. Normalizations are folded, so <see cref="TrainingPlanOptions.BatchStatistics"/> has no effect.</param>
    /// <param name="cancel">Ends after a step, with a checkpoint if one is asked for.</param>
    /// <returns>The trained model with its scales, and what each epoch gave.</returns>
    /// <exception cref="OctetException">Model, data and losses do not fit each other.</exception>
    public static (QuantizedModel Model, IReadOnlyList<TrainingEpoch> Epochs) Train(QuantizedModel model, TrainingData data,
        TrainingOptions options, CancellationToken cancel = default)
    {
        var network = model.Simulate();
        using var trainer = new Trainer(network, data, options);
        trainer.Run(cancel);
        return (Trained(model, trainer, network), trainer.Epochs);
    }

    /// <summary>Scales that suit what a recipe asks for: powers of two are learned as thresholds, scales of few bits as they are, and
    /// others stay.</summary>
    public static QuantizerTraining QuantizersFor(QuantizedModel model)
    {
        var specs = model.Plan.Groups.Select(group => group.Spec).Concat(model.Plan.Weights.Select(weight => weight.Spec)).ToArray();
        return specs.Any(spec => spec.PowerOfTwo) ? QuantizerTraining.LearnedThresholds
            : specs.Any(spec => spec.Bits <= 4) ? QuantizerTraining.LearnedScales
            : QuantizerTraining.Fixed;
    }

    static QuantizedModel Trained(QuantizedModel model, Trainer trainer, Graph network)
    {
        var elements = network.Constants.ToDictionary(constant => constant.Name, constant => constant.Constant!);
        foreach (var constant in model.Plan.Graph.Constants)
        {
            if (elements.TryGetValue(constant.Name, out var trained) && trained.Shape == constant.Constant!.Shape)
                constant.Constant = trained;
        }
        var quantizers = trainer.Quantizers;
        QuantizationParameters Of(Value value, QuantizationParameters fallback) =>
            quantizers.GetValueOrDefault($"{value.Name}_quantizer", fallback);
        return new(
            model.Model, model.Plan,
            group => Of(group.Values[0], model.ActivationOf(group.Values[0])!),
            weight => Of(weight.Weight, model.WeightOf(weight)));
    }
}
