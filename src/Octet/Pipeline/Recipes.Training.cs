using Octet.Calibration.Methods;
using Octet.Numerics;
using Octet.Planning;
using Octet.Steps;
using Octet.TexasInstruments;
using Octet.Training;

namespace Octet.Pipeline;

public static partial class Recipes
{
    /// <summary>Inner layers tell more than outputs alone, and mixtures of parts of pictures are as good as many pictures.</summary>
    static Train FromFewSamples => new()
    {
        InnerLayers = 20,
        Augmentation = new() { Flip = true, MinArea = 0.4, Mixes = true },
        Options = Train.Usual with { Schedule = new CosineSchedule { WarmUpSteps = 10 } },
    };

    /// <summary>Recipes that train: each begins with the best that calibration and tuning give for its integers. docs/training.md says
    /// which is for what.</summary>
    static IEnumerable<Recipe> Trained =>
    [
        Best with
        {
            Name = "qat",
            Description = "best, then trained after the float model: int8 for runtimes that know scales of any kind; some minutes more",
            Steps = [.. Best.Steps, FromFewSamples],
        },
        PowerOfTwoBest(bits: 8, suffix: "") with
        {
            Name = "pow2-qat",
            Description = "pow2-best, then trained after the float model with thresholds that move (TQT); some minutes more",
            Steps = [.. PowerOfTwoBest(bits: 8, suffix: "").Steps,
                FromFewSamples with { Options = FromFewSamples.Options with { Steps = 160 } }],
        },
        TiRecipe.Of(
            new(), "ti-qat",
            "TI's way: ti-advanced, then trained as its QuantTrainModule does, with ranges that follow the batches; many minutes more") with
        {
            Steps = [new CalibrateLikeTi(new()), new TrainLikeTi()],
        },
        Best with
        {
            Name = "w4a8-qat",
            Description = "Weights of 4 bits, values of 8: best, then trained after the float model with scales that are learned (LSQ); "
                + "some minutes more",
            // With sixteen integers a grid that reaches to the greatest weight is too wide for the others.
            Config = Best.Config with { Weights = Best.Config.Weights with { Bits = 4 }, WeightMethod = new MeanSquaredErrorMethod() },
            Steps = [.. Best.Steps, FromFewSamples with
            {
                Options = FromFewSamples.Options with
                {
                    LearningRate = 0.008,
                    Steps = 120,
                    // Weights that cross a border between integers and come back are noise, which the average leaves out.
                    WeightAverage = 0.97,
                    Plan = FromFewSamples.Options.Plan with { RatesInSteps = true },
                },
            }],
        },
        PyTorchFbgemm with
        {
            Name = "pytorch-qat",
            Description = "PyTorch's default for training: ranges of values follow the batches by a moving average; trained after the "
                + "float model",
            Config = PyTorchFbgemm.Config with { ActivationMethod = new MovingAverageMethod() },
            Steps = [new ChooseRanges(),
                new Train { Quantizers = QuantizerTraining.FollowedRanges,
                    Options = Train.Usual with { Optimizer = new SgdOptimizer(Nesterov: true) } }],
        },
    ];
}
