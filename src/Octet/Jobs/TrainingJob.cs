using System.Diagnostics;
using Octet.Cluster;
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

    /// <summary>Recipe and threads. A <see cref="TrainingStep"/> of the recipe says how it is trained; a recipe without one is trained as
    /// <see cref="Training"/> says. Training finds what tuning would, so that the recipe without it is usual.</summary>
    public QuantizerOptions Quantization { get; init; } = new() { Recipe = Recipes.Fast };

    /// <summary>How many of the samples to calibrate and tune with, spread over all of them.</summary>
    public int CalibrationSamples { get; init; } = 200;

    /// <summary>How classes are softened; 0 for not at all.</summary>
    public double Smoothing { get; init; }

    /// <summary>Random changes of pictures; null for those of the recipe.</summary>
    public Augmentation? Augmentation { get; init; }

    /// <summary>Everything else; losses, teacher and validation are filled in. Where the recipe has a step that trains, only checkpoint,
    /// progress, threads and memory count.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Other files that the request came from and the results must not replace: that of the recipe.</summary>
    public IReadOnlyList<string> AlsoRead { get; init; } = [];

    /// <summary>Files that the caller writes when the job is done, and that are looked at with the others.</summary>
    public IReadOnlyList<string> AlsoWritten { get; init; } = [];

    /// <summary>Does it all. The output file appears whole or not at all. Where the options of <see cref="Quantization"/> have several
    /// ranks, each runs its share of calibration, training and validation, and rank 0 writes.</summary>
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
        var report = IsFloat ? TrainFloat(data, judge, cancel) : TrainQuantized(prepared, samples, data, judge, cancel);
        return report with
        {
            Samples = samples.Count,
            Ranks = Ranks.Count > 1 ? Ranks.Count : null,
            Float = judge?.Invoke(prepared.Graph, Quantization.RunOptions),
            Seconds = watch.Elapsed.TotalSeconds,
        };
    }

    IRankGroup Ranks => Quantization.RunOptions.Ranks;

    TrainingData DataOf(ISampleSource samples)
    {
        var data = ClassFolders
            ? TrainingData.OfClassFolders(samples)
            : new TrainingData(samples) { Classes = Labels is null ? null : LabelFile.Read(Labels).Of(samples) };
        if (data.Classes is null && IsFloat)
            throw new TrainingException("A float model has no teacher but itself; give labels, or folders of classes.");
        return data with { Augmentation = Augmentation };
    }

    /// <summary>Judges a network by <see cref="Validation"/>; null where there is none.</summary>
    Func<Graph, SampleRunOptions, Accuracy>? JudgeOf(Model model)
    {
        if (Validation is null) return null;
        var samples = ModelPreparation.OpenSamples(model, Validation);
        var metric = new Classification(ValidationLabels is null
            ? TrainingData.OfClassFolders(samples).Classes! : LabelFile.Read(ValidationLabels).Of(samples));
        return (graph, run) => metric.Evaluate(run.Open(graph), samples, run with { Progress = null });
    }

    /// <summary>Normalizations are not folded, so that they train.</summary>
    TrainingReport TrainFloat(TrainingData data, Func<Graph, SampleRunOptions, Accuracy>? judge, CancellationToken cancel)
    {
        var options = Training with
        {
            Losses = [new ClassLoss(Smoothing)],
            Ranks = Ranks,
            Validate = judge is null ? null : graph => judge(graph, Quantization.RunOptions).Value,
        };
        var model = OnnxReader.Read(Model);
        if (Preprocessing is not null && ModelInput.Of(model.Graph) is [var first, ..]) Preprocessing.FittedTo(first).StoreIn(model);
        using var trainer = new Trainer(model.Graph, data, options);
        trainer.Run(cancel);
        if (Ranks.Rank == 0) OnnxWriter.Write(model, Output);
        return Report(new()
        { Samples = data.Samples.Count, Batch = options.Batch, Epochs = trainer.Epochs, Start = trainer.Start }) with
        { Trained = judge?.Invoke(model.Graph, Quantization.RunOptions) };
    }

    /// <summary>The recipe is applied as by any other job; its training step is given the data, and what judges.</summary>
    TrainingReport TrainQuantized(Model prepared, ISampleSource samples, TrainingData data, Func<Graph, SampleRunOptions, Accuracy>? judge,
        CancellationToken cancel)
    {
        var account = new TrainingAccount();
        Accuracy? calibrated = null;
        double Validate(Graph graph)
        {
            var accuracy = judge!(graph, Quantization.RunOptions);
            // The model as calibration left it is judged first.
            calibrated ??= accuracy;
            return accuracy.Value;
        }
        var step = Quantization.Recipe.FindStep<TrainingStep>() ?? new Train { Options = Training, Smoothing = Smoothing };
        step = step with
        {
            Data = data,
            Augmentation = Augmentation ?? step.Augmentation,
            Account = account,
            Options = step.Options with
            {
                Validate = judge is null ? null : Validate,
                Checkpoint = Training.Checkpoint,
                Resume = Training.Resume,
                Progress = Training.Progress,
                Log = Training.Log,
                Plan = step.Options.Plan with { Threads = Training.Plan.Threads, MaxBytes = Training.Plan.MaxBytes },
            },
        };
        var recipe = Quantization.Recipe with
        {
            Steps =
            [.. Quantization.Recipe.Steps.TakeWhile(other => other is not TrainingStep), step,
                .. Quantization.Recipe.Steps.SkipWhile(other => other is not TrainingStep).Skip(1)]
        };
        var result = QuantizationPipeline.Run(prepared, recipe, new SpreadSamples(samples, CalibrationSamples), statistics: null,
            Quantization.RunOptions, cancel);
        if (Ranks.Rank > 0) return Report(account) with { Calibrated = calibrated };
        result.Save(Output);
        // The others may be on machines that cannot read the file.
        var alone = Quantization.Alone().RunOptions;
        return Report(account) with
        {
            Calibrated = calibrated,
            Trained = judge?.Invoke(ModelPreparation.Load(Output, cancel: cancel).Graph, alone),
        };
    }

    TrainingReport Report(TrainingAccount account) => new()
    {
        Output = Output,
        Batch = account.Batch,
        Start = account.Start,
        TrainedSamples = account.Samples,
        Steps = account.Epochs.Count > 0 ? account.Epochs[^1].Steps : 0,
        Epochs = [.. account.Epochs.Select(
            epoch => new EpochReport(epoch.Epoch, epoch.Steps, epoch.Loss, epoch.LearningRate, epoch.Validation, epoch.Seconds))],
    };
}
