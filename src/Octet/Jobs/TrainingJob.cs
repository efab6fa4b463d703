using System.Diagnostics;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;
using Octet.Running;
using Octet.Training;

namespace Octet.Jobs;

/// <summary>Training from file to file: a float model, or one that is calibrated, trained with its quantizers and written as integers. What
/// <c>octet train</c> does.</summary>
public sealed record TrainingJob
{
    /// <summary>The float ONNX model.</summary>
    public required string Model { get; init; }

    /// <summary>Where the trained model goes.</summary>
    public required string Output { get; init; }

    /// <summary>The samples to train with, and to calibrate with before.</summary>
    public required string Data { get; init; }

    /// <summary>A file with the class of each sample; null where <see cref="ClassFolders"/> says them, or where the float model is the
    /// teacher.</summary>
    public string? Labels { get; init; }

    /// <summary>Whether samples lie in a folder for each class.</summary>
    public bool ClassFolders { get; init; }

    /// <summary>Labelled samples that judge each epoch; null for none.</summary>
    public string? Validation { get; init; }

    /// <summary>The class of each sample of <see cref="Validation"/>; null where they lie in a folder for each class.</summary>
    public string? ValidationLabels { get; init; }

    /// <summary>Whether the model stays in floats: the control of a quantized run, and training from scratch.</summary>
    public bool IsFloat { get; init; }

    /// <summary>How pictures become inputs; null takes what the model's metadata says.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>Recipe and threads of calibration and tuning. Training finds what tuning would, so that the recipe without it is
    /// usual.</summary>
    public QuantizerOptions Quantization { get; init; } = new() { Recipe = Recipes.Fast };

    /// <summary>How many of the samples to calibrate and tune with, spread over all of them.</summary>
    public int CalibrationSamples { get; init; } = 200;

    /// <summary>What becomes of the scales of quantizers; null takes what suits the recipe.</summary>
    public QuantizerTraining? Quantizers { get; init; }

    /// <summary>How classes are softened; 0 for not at all.</summary>
    public double Smoothing { get; init; }

    /// <summary>Random changes of pictures; null for none.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Everything else; losses, teacher and validation are filled in.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Other files that the request came from and the results must not replace: that of the recipe.</summary>
    public IReadOnlyList<string> AlsoRead { get; init; } = [];

    /// <summary>Files that the caller writes when the job is done, and that are looked at with the others.</summary>
    public IReadOnlyList<string> AlsoWritten { get; init; } = [];

    /// <summary>Does it all. The output file appears whole or not at all.</summary>
    /// <exception cref="OctetException">Something in the request, the model or the data has to be changed; the message says
    /// what.</exception>
    public TrainingReport Run(CancellationToken cancel = default)
    {
        string?[] outputs = [Output, Training.Checkpoint, .. AlsoWritten];
        OutputCheck.Check(outputs, [Model, Data, Labels, Validation, ValidationLabels, .. AlsoRead]);
        var watch = Stopwatch.StartNew();
        var prepared = ModelPreparation.Load(Model, Preprocessing, cancel);
        OutputCheck.Check(outputs, prepared.DataFiles);
        var samples = ModelPreparation.OpenSamples(prepared, Data);
        var data = DataOf(samples);
        var judge = JudgeOf(prepared);
        var options = Training with
        {
            Losses = data.Classes is null ? [new TeacherScoreLoss()] : [new ClassLoss(Smoothing)],
            Teacher = data.Classes is null ? prepared.Graph : null,
            Validate = judge is null ? null : graph => judge(graph).Value,
        };
        var report = IsFloat ? TrainFloat(data, options, judge, cancel) : TrainQuantized(prepared, samples, data, options, judge, cancel);
        return report with { Samples = samples.Count, Float = judge?.Invoke(prepared.Graph), Seconds = watch.Elapsed.TotalSeconds };
    }

    TrainingData DataOf(ISampleSource samples)
    {
        var data = ClassFolders
            ? TrainingData.OfClassFolders(samples)
            : new TrainingData(samples) { Classes = Labels is null ? null : LabelFile.Read(Labels).Of(samples) };
        if (data.Classes is null && IsFloat)
            throw new TrainingException("A float model has no teacher but itself; give labels, or folders of classes.");
        return data with { Augmentation = Augmentation };
    }

    Func<Graph, Accuracy>? JudgeOf(Model model)
    {
        if (Validation is null) return null;
        var samples = ModelPreparation.OpenSamples(model, Validation);
        var metric = new Classification(ValidationLabels is null
            ? TrainingData.OfClassFolders(samples).Classes! : LabelFile.Read(ValidationLabels).Of(samples));
        return graph => metric.Evaluate(new Session(graph), samples, Quantization.Run with { Progress = null });
    }

    /// <summary>Normalizations are not folded, so that they train.</summary>
    TrainingReport TrainFloat(TrainingData data, TrainingOptions options, Func<Graph, Accuracy>? judge, CancellationToken cancel)
    {
        var model = OnnxReader.Read(Model);
        if (Preprocessing is not null && ModelInput.Of(model.Graph) is [var first, ..]) Preprocessing.FittedTo(first).StoreIn(model);
        using var trainer = new Trainer(model.Graph, data, options);
        trainer.Run(cancel);
        OnnxWriter.Write(model, Output);
        return Report(trainer.Epochs) with { Trained = judge?.Invoke(model.Graph) };
    }

    TrainingReport TrainQuantized(Model prepared, ISampleSource samples, TrainingData data, TrainingOptions options,
        Func<Graph, Accuracy>? judge, CancellationToken cancel)
    {
        var result = QuantizationPipeline.Run(prepared, Quantization.Recipe, new SpreadSamples(samples, CalibrationSamples),
            statistics: null, Quantization.Run, cancel);
        var calibrated = judge?.Invoke(result.Model.Simulate());
        var quantizers = Quantizers ?? QuantizedTraining.QuantizersFor(result.Model);
        options = options with
        {
            // Steps of a logarithm do not depend on how large weights are; TQT's rate.
            QuantizerRate = options.QuantizerRate ?? (quantizers == QuantizerTraining.LearnedThresholds ? 1e-2 : null),
            Plan = options.Plan with { Quantizers = quantizers },
        };
        var (trained, epochs) = QuantizedTraining.Train(result.Model, data, options, cancel);
        (result with { Model = trained }).Save(Output);
        return Report(epochs) with { Calibrated = calibrated, Trained = judge?.Invoke(trained.Simulate()) };
    }

    TrainingReport Report(IReadOnlyList<TrainingEpoch> epochs) => new()
    {
        Output = Output,
        Steps = epochs.Count > 0 ? epochs[^1].Steps : 0,
        Epochs = [.. epochs.Select(
            epoch => new EpochReport(epoch.Epoch, epoch.Steps, epoch.Loss, epoch.LearningRate, epoch.Validation, epoch.Seconds))],
    };
}
