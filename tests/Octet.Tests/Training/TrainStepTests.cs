using Octet.Calibration.Methods;
using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Onnx;
using Octet.Pipeline;
using Octet.Pipeline.RecipeFiles;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;
using Octet.TexasInstruments;
using Octet.Training;

namespace Octet.Tests.Training;

[Trait("Duration", "long")]
public sealed class TrainStepTests
{
    public static TheoryData<string> Names =>
        [.. Recipes.All.Where(recipe => recipe.FindStep<TrainingStep>() is not null).Select(recipe => recipe.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Recipes_that_train_give_what_is_measured_in_the_exported_file(string name)
    {
        var model = Signs.Load();
        var result = Quantize(model, Short(Recipes.Find(name)!));
        using var file = new MemoryStream();
        OnnxWriter.Write(result.Export(), file);
        var sample = Quantizer.OpenSamples(model, Signs.Validation).Load(0).Inputs;
        var exported = new Session(OnnxReader.Read(file.ToArray(), "exported").Graph, new() { ComputesInIntegers = false });

        Accuracy(model, result.Model.Simulate()).ShouldBeGreaterThan(95);
        // Integers of TI's devices round half up, which no QuantizeLinear does.
        if (name is "pow2-qat" or "ti-qat") return;
        exported.Run(sample)["logits"].Floats.ToArray()
            .ShouldBe(new Session(result.Model.Simulate()).Run(sample)["logits"].Floats.ToArray());
    }

    [Fact]
    public void Training_brings_four_bit_weights_nearer_to_the_float_model()
    {
        var model = Signs.Load();
        // Scales by the greatest magnitude leave more to be made good than those of the recipe.
        var recipe = Recipes.Find("w4a8-qat")!;
        recipe = recipe with { Config = recipe.Config with { WeightMethod = new MinMaxMethod() } };
        var untrained = Quantize(model, recipe with { Steps = [new ChooseRanges()] });
        var step = Step(steps: 60, rate: 0.02) with { InnerLayers = 8 };
        step = step with
        {
            Options =
            step.Options with
            {
                Schedule = new CosineSchedule { WarmUpSteps = 10 },
                Plan = step.Options.Plan with { RatesInSteps = true }
            }
        };
        var trained = Quantize(model, recipe with { Steps = [new ChooseRanges(), step] });

        Distance(model, trained.Model).ShouldBeLessThan(0.9 * Distance(model, untrained.Model));
        trained.Steps[^1].Steps.ShouldBe(["train"]);
    }

    [Fact]
    public void The_model_that_was_given_stays_as_it_is_and_trained_weights_lie_on_their_grid()
    {
        var model = Signs.Load();
        var calibrated = Quantize(model, Recipes.Find("fast")!).Model;
        var before = Bits(calibrated.Plan.Graph);

        var (trained, epochs, _) = QuantizedTraining.Train(
            calibrated, new(Quantizer.OpenSamples(model, Signs.Calibration)),
            Train.Usual with { Teacher = model.Graph, Steps = 3, LearningRate = 1e-3 }, TestContext.Current.CancellationToken);

        epochs.Count.ShouldBe(1);
        Bits(calibrated.Plan.Graph).ShouldBe(before);
        Bits(trained.Plan.Graph).ShouldNotBe(before);
        foreach (var weight in trained.Plan.Weights)
        {
            LinearQuantizer.FakeQuantize(weight.Weight.Constant!, trained.WeightOf(weight)).Floats.ToArray()
                .ShouldBe(weight.Weight.Constant!.Floats.ToArray());
        }
    }

    /// <summary>A rate that ruins the network: held-out samples tell, and what the steps before have made stays.</summary>
    [Fact]
    public void Training_never_ends_worse_than_its_start()
    {
        var model = Signs.Load();
        var recipe = Recipes.Find("fast")!;
        var untrained = Quantize(model, recipe);
        var ruined = Quantize(model, recipe with { Steps = [.. recipe.Steps, Step(steps: 6, rate: 1)] });

        Bits(ruined.Model.Simulate()).ShouldBe(Bits(untrained.Model.Simulate()));
    }

    [Fact]
    public void Results_do_not_depend_on_threads()
    {
        byte[] Trained(int threads)
        {
            var model = Signs.Load();
            var recipe = Recipes.Find("pow2-best")!;
            recipe = recipe with
            {
                Steps =
                [new ChooseRanges(), Step(steps: 4, rate: 1e-3) with { Augmentation = new() { Shift = 1, Flip = true } }]
            };
            return Bits(Quantizer.Quantize(model, Samples(model),
                new() { Recipe = recipe, RunOptions = new() { Threads = threads } }).Model.Simulate());
        }
        Trained(1).ShouldBe(Trained(2));
    }

    [Fact]
    public void What_is_frozen_stays_and_a_name_that_fits_nothing_is_refused()
    {
        var model = Signs.Load();
        var layers = model.Graph.Layers().ToArray();
        var step = Step(steps: 3, rate: 1e-3) with
        {
            Quantizers = QuantizerTraining.Fixed,
            Options = Step(3, 1e-3).Options with { Validate = _ => 0 }
        };
        QuantizationResult Frozen(params string[] names)
        {
            var counted = 0;
            var last = step with { Frozen = names, Options = step.Options with { Validate = _ => counted++ } };
            return Quantize(model, Recipes.Find("onnxruntime")! with { Steps = [new ChooseRanges(), last] });
        }
        Tensor WeightsOf(Node layer, QuantizationResult result) =>
            result.Model.Plan.Graph.Nodes.First(node => node.Name == layer.Name).Inputs[1]!.Constant!;

        var (frozen, free) = (Frozen(layers[0].Name), Frozen());
        var plain = Quantize(model, Recipes.Find("onnxruntime")!);
        WeightsOf(layers[1], frozen).Floats.SequenceEqual(WeightsOf(layers[1], plain).Floats).ShouldBeFalse();
        Grid(frozen, layers[0]).ShouldBe(Grid(plain, layers[0]));
        Grid(free, layers[1]).ShouldNotBe(Grid(plain, layers[1]));
        Should.Throw<TrainingException>(() => Frozen("head.*")).Message.ShouldContain("head.*");

        float[] Grid(QuantizationResult result, Node layer)
        {
            var place = result.Model.Plan.Weights.First(weight => weight.Node.Name == layer.Name);
            return LinearQuantizer.FakeQuantize(place.Weight.Constant!, result.Model.WeightOf(place)).Floats.ToArray();
        }
    }

    [Fact]
    public void Held_out_samples_lie_evenly_among_all_and_are_not_trained_with()
    {
        var samples = Quantizer.OpenSamples(Signs.Load(), Signs.Calibration);
        var (trained, heldOut) = HeldOutLoss.Divide(new(samples) { Classes = [.. Enumerable.Range(0, 48)] }, 0.125);

        heldOut.Classes!.ShouldBe([3, 9, 15, 21, 27, 33, 39, 45]);
        trained.Classes!.Count.ShouldBe(40);
        trained.Classes!.ShouldNotContain(9);
        trained.Samples.NameOf(3).ShouldBe(samples.NameOf(4));
        var (one, same) = HeldOutLoss.Divide(new(samples.Take(1)), 0.125);
        (one.Samples.Count, same.Samples.Count).ShouldBe((1, 1));
    }

    [Fact]
    public void Few_samples_make_a_smaller_batch()
    {
        var model = Signs.Load();
        var recipe = Recipes.Find("fast")!;
        var result = Quantizer.Quantize(model, Samples(model).Take(3),
            new() { Recipe = recipe with { Steps = [.. recipe.Steps, Step(steps: 2, rate: 1e-5)] } });
        result.Steps[^1].Steps.ShouldBe(["train"]);
    }

    [Theory]
    [InlineData("steps: [ train ]", "no step chooses ranges")]
    [InlineData("steps: [ train, choose-ranges ]", "'train' works on integers; put it behind 'choose-ranges'")]
    [InlineData("steps: [ choose-ranges, train-like-ti ]", "'train-like-ti' needs 'calibrate-like-ti' before it")]
    [InlineData("based-on: ti-qat\nsteps: [ calibrate-like-ti, train-like-ti: { scales: fixed } ]", "'scales' is no key here")]
    [InlineData("steps: [ choose-ranges, train: { epochs: 2, steps: 3 } ]", "'epochs' and 'steps' both say how long to train; give one")]
    [InlineData("steps: [ choose-ranges, train: { optimizer: adm } ]", "did you mean 'adam'?")]
    [InlineData("steps: [ choose-ranges, train: { frozen: head } ]", "'frozen' must be a list of names")]
    [InlineData("steps: [ choose-ranges, train: { rates: 1 } ]", "did you mean 'rate'?")]
    public void A_recipe_that_cannot_train_is_refused_with_its_line(string text, string reason) =>
        Should.Throw<RecipeException>(() => RecipeFile.Parse(text, "mine.yaml")).Message.ShouldContain(reason);

    [Fact]
    public void Every_option_is_printed_and_read()
    {
        const string Options = """
            teacher: 0.5
            temperature: 2
            smoothing: 0.1
            optimizer: adamw
            weight-decay: 0.01
            rate: 0.001
            schedule: one-cycle
            warm-up: 3
            epochs: 4
            batch: 8
            seed: 7
            hold-out: 0.25
            area: 0.5
            jitter: 0.1
            mix: true
            shift: 4
            flip: true
            rate-unit: step
            scale-rate: 0.02
            scales: learned
            scales-until: 0.5
            scales-reach: 2
            inner-layers: 4
            frozen: ["head.*", "first"]
            max-gradient: 1.5
            average: 0.99
            dampening: 0.1
            max-oscillation: 0.01
            patience: 2
            """;
        var text = $"steps:\n  - choose-ranges\n  - train:\n{string.Concat(Options.Split('\n').Select(line => $"      {line.Trim()}\n"))}";

        var recipe = RecipeFile.Parse(text, "mine.yaml");

        RecipeFile.Write(recipe).ShouldContain(text);
        var step = recipe.FindStep<Train>()!;
        step.Frozen.ShouldBe(["head.*", "first"]);
        step.Options.Oscillations.ShouldBe(new OscillationRule { Dampening = 0.1, MaxFrequency = 0.01 });
        step.Options.Optimizer.ShouldBe(new AdamOptimizer(WeightDecay: 0.01, Decoupled: true));
        step.Options.Schedule.ShouldBe(new OneCycleSchedule { WarmUpSteps = 3 });
        (step.Options.Epochs, step.Options.Steps, step.Options.Plan.QuantizerReach).ShouldBe((4, null, 2));
        step.Augmentation.ShouldBe(new Augmentation { Shift = 4, Flip = true, MinArea = 0.5, Jitter = 0.1, Mixes = true });
    }

    static Train Step(int steps, double rate) => new() { Options = Train.Usual with { Steps = steps, LearningRate = rate } };

    static Recipe Short(Recipe recipe) => recipe with
    {
        Steps =
        [
            .. recipe.Steps.Select(step => step switch
            {
                TrainingStep train => train with { Options = train.Options with { Steps = 4 } },
                CalibrateLikeTi calibrate => calibrate with { Settings = calibrate.Settings with { Iterations = 2 } },
                _ => step,
            }),
        ],
    };

    static ISampleSource Samples(Model model) => Quantizer.OpenSamples(model, Signs.Calibration).Take(24);

    static QuantizationResult Quantize(Model model, Recipe recipe) => Quantizer.Quantize(model, Samples(model), new() { Recipe = recipe });

    static byte[] Bits(Graph graph) => [.. graph.Constants.SelectMany(constant => constant.Constant!.Bytes.ToArray())];

    static double Accuracy(Model model, Graph graph)
    {
        var pictures = Quantizer.OpenSamples(model, Signs.Validation);
        return new Classification(LabelFile.Read(Signs.Labels).Of(pictures)).Evaluate(new Session(graph), pictures).Value;
    }

    /// <summary>From the float model, over pictures that training has not seen.</summary>
    static double Distance(Model model, QuantizedModel quantized) => -new HeldOutLoss(
        new(Quantizer.OpenSamples(model, Signs.Validation).Take(48)), TeacherTerms.Of(model.Graph), model.Graph, new(),
        CancellationToken.None).Judge(quantized.Simulate());
}
