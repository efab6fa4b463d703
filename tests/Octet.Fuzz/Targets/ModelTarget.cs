using Octet.Exporting;
using Octet.Fuzz.Mutation;
using Octet.Fuzz.Seeds;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Passes;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Reporting;
using Octet.Running;
using Octet.Tensors;
using Octet.TexasInstruments;
using Octet.Training;

namespace Octet.Fuzz.Targets;

/// <summary>ONNX models: read, shown, run, prepared, upgraded, written, quantized by any recipe, exported, and run again.</summary>
sealed class ModelTarget : IFuzzTarget
{
    /// <summary>Of one run; far below what the whole program may take.</summary>
    const long MaxRunBytes = 128 << 20;

    /// <summary>Elementary steps of a run: a model may ask for any amount of work, and gets it.</summary>
    const double MaxWork = 1e8;

    static readonly SessionOptions Limits = new() { MaxBytes = MaxRunBytes, MaxBodyRuns = 1000 };

    public string Name => "model";

    public string Ending => ".onnx";

    public byte[] Seed(Random random) => ModelSeeds.Pick(random);

    public byte[] Mutate(byte[] seed, Random random) => ModelMutator.Mutate(seed, random);

    public bool Consume(byte[] file, Random random)
    {
        if (!Try(() => Read(file), out var model)) return false;

        ModelSummary.Of(model, withNodes: true);
        GraphText.Write(model.Graph);
        Write(model);
        Try(() => Run(model.Graph, random));
        Try(() => UpgradeOpset.To(model.Graph.Clone(), random.Next(7, 24)));
        if (!Try(() => Quantizer.Prepare(Read(file)), out var prepared)) return true;

        Try(() => Run(prepared.Graph, random));
        Try(() => Write(prepared));
        Try(() => Quantize(prepared, random));
        return true;
    }

    static Model Read(byte[] file) => OnnxReader.Read(file, "fuzz.onnx");

    static void Run(Graph graph, Random random)
    {
        if (RandomInputs.For(graph, random) is not { } inputs) return;
        var session = new Session(graph, Limits);
        if (Work(graph, inputs) < MaxWork) session.Run(inputs);
    }

    /// <summary>As far as shapes tell it beforehand.</summary>
    static double Work(Graph graph, Dictionary<string, Tensor> inputs)
    {
        var known = ShapeInference.Infer(graph, graph.Inputs.Select(input => (input, TensorInfo.Of(inputs[input.Name]))));
        return graph.Nodes.Where(
            node => node.Inputs.Concat(node.Outputs)
                .All(value => value is null || known.TryGetValue(value, out var info) && info.Shape.IsKnown))
            .Sum(node => node.Operator.Work([.. node.Inputs.Select(value => value is null ? null! : known[value])],
                [.. node.Outputs.Select(value => value is null ? null! : known[value])]));
    }

    static void Write(Model model)
    {
        using var stream = new MemoryStream();
        OnnxWriter.Write(model, stream);
        OnnxReader.Read(stream.ToArray(), "written.onnx");
    }

    static void Quantize(Model model, Random random)
    {
        if (RandomInputs.For(model.Graph, random) is not { } first || RandomInputs.For(model.Graph, random) is not { } second) return;
        // What is calibrated is kept for several samples, as numbers and as integers.
        if (Work(model.Graph, first) + Work(model.Graph, second) > MaxWork / 4) return;
        var recipe = Short(Recipes.All[random.Next(Recipes.All.Count)]);
        var options = new QuantizerOptions { Recipe = recipe, RunOptions = new() { Threads = 1, MaxBytes = MaxRunBytes } };
        var result = Quantizer.Quantize(model, new InputSamples([first, second]), options);
        using var stream = new MemoryStream();
        OnnxWriter.Write(result.Export(), stream);
        var exported = Quantizer.Prepare(OnnxReader.Read(stream.ToArray(), "exported.onnx"));
        new Session(exported.Graph, Limits).Run(first);
        if (TiRecipe.SettingsOf(recipe) is not null && random.Next(2) == 0) TidlExport.Export(result.Model);
    }

    /// <summary>Training of two batches reaches all that longer training does.</summary>
    static Recipe Short(Recipe recipe) => recipe with
    {
        Steps = [.. recipe.Steps.Select(
            step => step is TrainingStep train ? train with { Options = train.Options with { Steps = 2 } } : step)],
    };

    /// <summary>What is refused in one step may be taken in another.</summary>
    static bool Try(Action step) => Try(() => { step(); return true; }, out _);

    static bool Try<T>(Func<T> step, out T result)
    {
        try
        {
            result = step();
            return true;
        }
        catch (OctetException refusal) when (refusal.Message.Length > 0)
        {
            result = default!;
            return false;
        }
    }
}
