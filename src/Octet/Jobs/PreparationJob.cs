using Octet.Data;
using Octet.Data.Arrays;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Passes;
using Octet.Reporting;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Jobs;

/// <summary>Preparing a model from file to file: shapes, outputs, folding, preprocessing, and a test that it still computes the same. What
/// <c>octet prepare</c> does.</summary>
public sealed record PreparationJob
{
    /// <summary>The ONNX model.</summary>
    public required string Model { get; init; }

    /// <summary>Where the prepared model goes.</summary>
    public required string Output { get; init; }

    /// <summary>Inputs that are one number for good, by name; see <see cref="GraphBorder.FixInputs"/>.</summary>
    public IReadOnlyDictionary<string, double> FixedInputs { get; init; } = new Dictionary<string, double>();

    /// <summary>A shape for each input that is left; empty keeps the model's.</summary>
    public IReadOnlyList<Shape> InputShapes { get; init; } = [];

    /// <summary>The values that the prepared model gives; empty keeps the model's outputs.</summary>
    public IReadOnlyList<string> OutputNames { get; init; } = [];

    /// <summary>How pictures become the first input; null keeps what the model says.</summary>
    public ImagePreprocessing? Preprocessing { get; init; }

    /// <summary>One sample to test with: an .npz, or a file for each input; empty does not test.</summary>
    public IReadOnlyList<string> TestInput { get; init; } = [];

    /// <summary>An .npz with what the outputs should be for the test's input; null compares with the model before it was
    /// prepared.</summary>
    public string? TestReference { get; init; }

    /// <summary>An .npz that receives the outputs of the prepared model for the test's input; null for none.</summary>
    public string? TestResult { get; init; }

    /// <summary>How near the prepared model's outputs have to be.</summary>
    public ToleranceCheck Check { get; init; } = new() { MinCosine = 0.99f, MinEuclid = 0.99f };

    /// <summary>Does it all. The output file appears whole or not at all.</summary>
    /// <exception cref="OctetException">Something in the request or the model has to be changed; the message says what.</exception>
    public PreparationReport Run(CancellationToken cancel = default)
    {
        OutputCheck.Check([Output, TestResult], [Model, TestReference, .. TestInput]);
        var model = OnnxReader.Read(Model);
        OutputCheck.Check([Output, TestResult], model.DataFiles);
        if (OutputNames.Count > 0) GraphBorder.KeepOutputs(model.Graph, OutputNames);
        if (FixedInputs.Count > 0) GraphBorder.FixInputs(model.Graph, FixedInputs);
        if (InputShapes.Count > 0) GraphBorder.SetInputShapes(model.Graph, InputShapes);
        var before = TestInput.Count > 0 && TestReference is null ? model.Graph.Clone() : null;
        var passes = PassPipeline.Prepare.Apply(model.Graph, cancel);
        if (Preprocessing is not null && ModelInput.Of(model.Graph) is [var first, ..]) Preprocessing.FittedTo(first).StoreIn(model);
        cancel.ThrowIfCancellationRequested();

        var check = TestInput.Count > 0 ? Test(model, before) : null;
        OnnxWriter.Write(model, Output);
        return new()
        {
            Output = Output,
            Passes = [.. passes.Select(pass => new PassReport(pass.Pass, pass.Changes))],
            Inputs = [.. model.Graph.Inputs.Select(input => input.ToString())],
            Outputs = [.. model.Graph.Outputs.Select(output => output.ToString())],
            Preprocessing = StoredPreprocessing.Of(model)?.ToJson(),
            Check = check,
        };
    }

    CheckReport Test(Model model, Graph? before)
    {
        var sample = SampleSource.OpenSingle(TestInput, ModelInput.Of(model.Graph), StoredPreprocessing.Of(model)).Load(0);
        var results = new Session(model.Graph, modelName: Model).Run(sample.Inputs);
        if (TestResult is not null) NpzFile.Write(TestResult, results);

        var references = before is null ? NpzFile.Read(TestReference!) : new Session(before, modelName: Model).Run(sample.Inputs);
        var lacking = results.Keys.Where(name => !references.ContainsKey(name) && !Check.Except.Contains(name)).ToArray();
        if (lacking.Length > 0)
            throw new ToleranceException($"'{TestReference}' has no array for {string.Join(", ", lacking.Select(name => $"'{name}'"))}; "
                + $"it holds {string.Join(", ", references.Keys.Select(name => $"'{name}'"))}.");

        return Check.Judge(new([], [.. model.Graph.Outputs.Where(output => references.ContainsKey(output.Name)).Select(output =>
            new LayerFigures(output.Name, output.Producer?.OpType ?? "input",
                Compare(output.Name, references[output.Name], results[output.Name])))]));
    }

    static SignalComparison Compare(string name, Tensor reference, Tensor result)
    {
        if (reference.Length != result.Length || reference.Type != result.Type)
            throw new ToleranceException($"The reference of '{name}' is {reference}, but the model gives {result}.");
        if (result.Type == DataType.Float32) return SignalComparison.Of(reference.Floats, result.Floats);
        // What is not float has to be equal: classes, indices.
        return reference.Bytes.SequenceEqual(result.Bytes) ? new(1, 1, 1, 0) : new(1, 1, 0, 2);
    }
}
