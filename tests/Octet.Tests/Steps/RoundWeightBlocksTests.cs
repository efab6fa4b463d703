using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Numerics;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Steps;
using Octet.Tensors;
using Octet.Tests.Passes;

namespace Octet.Tests.Steps;

/// <summary>Matrices of 4 bits in blocks: what is written, and that samples make the outputs better.</summary>
public sealed class RoundWeightBlocksTests
{
    const int Depth = 72;

    /// <summary>A product, a Gemm that reads a turned matrix and has a bias, and one whose addend is a matrix.</summary>
    static Model ThreeLayers()
    {
        var graph = new Graph { Name = "products", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(32, Depth));
        var product = graph.Add("MatMul", [x, graph.AddConstant("w", RandomTensors.Of(1, Depth, 48))], "product");
        var hidden = graph.Add("Relu", [product], "hidden");
        var turned = graph.Add("Gemm", [hidden, graph.AddConstant("v", RandomTensors.Of(2, 40, 48)),
            graph.AddConstant("b", RandomTensors.Of(3, 40))], "turned", new() { ["transB"] = 1L });
        graph.AddOutput(graph.Add("Gemm", [turned, graph.AddConstant("u", RandomTensors.Of(4, 40, 8)),
            graph.AddConstant("c", RandomTensors.Of(5, 32, 8))], "y"));
        ShapeInference.Annotate(graph);
        return Quantizer.Prepare(new() { Graph = graph });
    }

    /// <summary>Inputs with few directions, as those of real layers are.</summary>
    static Tensor Input(int seed)
    {
        var (few, mixing) = (RandomTensors.Of(seed, 32, 6), RandomTensors.Of(99, 6, Depth));
        var noise = RandomTensors.Of(seed + 1000, 32, Depth);
        var x = new Tensor(DataType.Float32, [32, Depth]);
        for (var at = 0; at < x.Length; at++)
        {
            x.Floats[at] = 0.1f * noise.Floats[at];
            for (var k = 0; k < 6; k++) x.Floats[at] += few.Floats[at / Depth * 6 + k] * mixing.Floats[k * Depth + at % Depth];
        }
        return x;
    }

    static Recipe With(BlockRounding rounding, BlockSpec? blocks = null) => Recipes.Weights4Bit with
    {
        Steps = [new RoundWeightBlocks { Rounding = rounding, Blocks = blocks ?? new() }],
    };

    static double Noise(Model model, QuantizationResult result)
    {
        var (real, rounded) = (new Session(model.Graph), new Session(result.Export().Graph));
        var total = default(SignalComparison);
        for (var seed = 50; seed < 54; seed++)
        {
            var sample = new Dictionary<string, Tensor> { ["x"] = Input(seed) };
            total += SignalComparison.Of(real.Run(sample)["y"].Floats, rounded.Run(sample)["y"].Floats);
        }
        return total.SqnrDb;
    }

    [Theory, InlineData(BlockForm.MatMulNBits, true), InlineData(BlockForm.MatMulNBits, false)]
    [InlineData(BlockForm.DequantizeLinear, true), InlineData(BlockForm.DequantizeLinear, false)]
    public void All_matrices_are_written_in_blocks_and_compute_what_the_simulation_does(BlockForm form, bool hasZeroPoints)
    {
        var model = ThreeLayers();
        var recipe = With(BlockRounding.Refined, new(16, hasZeroPoints) { Form = form });
        var result = Quantizer.Quantize(model, new QuantizerOptions { Recipe = recipe });
        var exported = result.Export().Graph;
        var sample = new Dictionary<string, Tensor> { ["x"] = Input(7) };

        exported.Nodes.Count(node => node.OpType == form.ToString()).ShouldBe(3);
        new Session(exported).Run(sample)["y"].Floats.ToArray()
            .ShouldBe(new Session(result.Model.Simulate()).Run(sample)["y"].Floats.ToArray());
        // A step is an eighth of the largest element of a block, so that noise lies some 20 dB below.
        Noise(model, result).ShouldBeGreaterThan(15);
    }

    [Fact]
    public void Both_forms_compute_the_same_but_for_the_order_of_sums()
    {
        var (model, sample) = (ThreeLayers(), new Dictionary<string, Tensor> { ["x"] = Input(7) });
        var outputs = new[] { "weights-4bit", "weights-4bit-qdq" }.Select(name => new Session(
            Quantizer.Quantize(model, new QuantizerOptions { Recipe = Recipes.Find(name)! }).Export().Graph).Run(sample)["y"]).ToArray();

        SignalComparison.Of(outputs[0].Floats, outputs[1].Floats).SqnrDb.ShouldBeGreaterThan(110);
    }

    [Fact]
    public void Grids_that_are_searched_have_less_noise_and_samples_take_more_than_half_of_what_is_left()
    {
        var model = ThreeLayers();
        var samples = MadeSamples.Of("x", [.. Enumerable.Range(1, 24).Select(Input)]);
        var (nearest, refined, compensated) = (
            Noise(model, Quantizer.Quantize(model, new QuantizerOptions { Recipe = With(BlockRounding.Nearest) })),
            Noise(model, Quantizer.Quantize(model, new QuantizerOptions { Recipe = With(BlockRounding.Refined) })),
            Noise(model, Quantizer.Quantize(model, samples, new() { Recipe = With(BlockRounding.Compensated) })));

        refined.ShouldBeGreaterThan(nearest);
        compensated.ShouldBeGreaterThan(refined + 3);
    }

    [Fact]
    public void The_number_of_threads_changes_nothing()
    {
        var samples = MadeSamples.Of("x", [.. Enumerable.Range(1, 6).Select(Input)]);
        var files = new[] { 1, 3 }.Select(threads => Quantizer.Quantize(ThreeLayers(), samples, new()
        {
            Recipe = Recipes.Weights4Bit,
            RunOptions = new() { Threads = threads },
        }).Export().Graph.Constants.Single(constant => constant.Name == "w_quantized").Constant!.Bytes.ToArray()).ToArray();

        files[1].ShouldBe(files[0]);
    }

    [Fact]
    public void Eight_bits_keep_the_operators_and_store_bytes()
    {
        var model = ThreeLayers();
        var result = Quantizer.Quantize(model, new QuantizerOptions { Recipe = Recipes.Find("weights-8bit")! });

        result.Export().Graph.Nodes.Count(node => node.OpType == "DequantizeLinear").ShouldBe(3);
        Noise(model, result).ShouldBeGreaterThan(35);
    }
}
