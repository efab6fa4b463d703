using Octet.Graphs;
using Octet.Onnx;
using Octet.Running;
using Octet.Tensors;

namespace Octet.Tests.Running;

/// <summary>Whole networks: runs that allocate nothing, and give the same bits however many threads share them.</summary>
public sealed class BoundRunTests
{
    const string Signs = "signs-mobilenetv2";

    public static TheoryData<string> Models =>
        [Signs, "mobilenet_v2_1.0_224", "yolox_nano_416", "selfie_segmenter_landscape", "deeplabv3_mobilenetv2_voc_513"];

    static Graph Load(string model) =>
        OnnxReader.Read(model == Signs
            ? Path.Combine(SharedFolder.Repository, "samples", "signs", $"{Signs}.onnx")
            : SharedFolder.Require("models", $"{model}.onnx")).Graph;

    static Dictionary<string, Tensor> InputsOf(Graph graph, int seed) => graph.Inputs.ToDictionary(input => input.Name, input =>
    {
        var random = new Random(seed);
        var tensor = new Tensor(input.Type, input.Shape!.Fill((_, dimension) => dimension.Extent ?? 1));
        foreach (ref var number in tensor.Floats) number = random.NextSingle() * 2 - 1;
        return tensor;
    });

    [Theory, MemberData(nameof(Models))]
    public void A_network_in_its_steady_state_allocates_nothing(string model)
    {
        var graph = Load(model);
        using var run = new Session(graph).Bind(InputsOf(graph, 1));

        AllocatedBy(() => run.Run()).ShouldBe(0);
    }

    [Theory, MemberData(nameof(Models))]
    public void Watching_a_network_allocates_nothing(string model)
    {
        var graph = Load(model);
        var seen = 0L;
        var watched = graph.Nodes.SelectMany(node => node.Outputs).OfType<Value>().Where(value => value.Type == DataType.Float32)
            .ToHashSet();
        using var run = new Session(graph, new() { Watched = watched, ShowsAnyLayout = true }).Bind(InputsOf(graph, 1));

        AllocatedBy(() =>
        {
            run.Start();
            while (run.NextWatched() is var (_, tensor)) seen += tensor.Length;
        }).ShouldBe(0);
        seen.ShouldBeGreaterThan(0);
    }

    [Theory, MemberData(nameof(Models))]
    [Trait("Duration", "long")]
    public void Threads_that_share_a_run_change_no_bit(string model)
    {
        var graph = Load(model);
        var inputs = InputsOf(graph, 2);
        using var alone = new Session(graph).Bind(inputs);
        var expected = Bits(alone.Run());

        foreach (var threads in new[] { 2, 3, 7 })
        {
            using var shared = new Session(graph, new() { Threads = threads }).Bind(inputs);
            for (var repetition = 0; repetition < 3; repetition++) Bits(shared.Run()).ShouldBe(expected);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void A_sample_in_a_batch_gives_the_bits_it_gives_alone(string model)
    {
        var graph = Load(model);
        if (graph.Inputs is not [{ Shape: { } shape }] || shape.Dimensions[0].Extent is not null) return;
        var (name, samples) =
            (graph.Inputs[0].Name, Enumerable.Range(1, 3).Select(seed => InputsOf(graph, seed).Values.Single()).ToArray());
        var batch = new Tensor(DataType.Float32, samples[0].Shape.With(0, samples.Length));
        for (var i = 0; i < samples.Length; i++) samples[i].CopyTo(batch.Slice(i, 1));

        var session = new Session(graph, new() { Threads = 2 });
        var together = session.Run(new Dictionary<string, Tensor> { [name] = batch });
        for (var i = 0; i < samples.Length; i++)
        {
            foreach (var (output, tensor) in session.Run(new Dictionary<string, Tensor> { [name] = samples[i] }))
            {
                tensor.Bytes.SequenceEqual(together[output].Slice(i, 1).Bytes).ShouldBeTrue($"{output} of sample {i}");
            }
        }
    }

    [Fact]
    public void Inputs_may_change_from_run_to_run()
    {
        var graph = Small();
        var x = Tensor.Of<float>([2], 1, -2);
        using var run = new Session(graph).Bind(new Dictionary<string, Tensor> { ["x"] = x });

        run.Run()[0].Floats.ToArray().ShouldBe([1, 0]);
        run.Inputs[0].Floats[1] = 5;
        run.Run()[0].Floats.ToArray().ShouldBe([1, 5]);
    }

    [Fact]
    public void Disposing_twice_is_harmless_and_a_disposed_run_refuses_to_run()
    {
        var run = new Session(Small()).Bind(new Dictionary<string, Tensor> { ["x"] = Tensor.Of<float>([2], 1, -2) });
        run.Dispose();
        run.Dispose();

        Should.Throw<ObjectDisposedException>(() => run.Run());
    }

    static Graph Small()
    {
        var graph = new Graph { Name = "small", Opsets = { [""] = 13 } };
        graph.AddOutput(graph.Add("Relu", [graph.AddInput("x", DataType.Float32, new(2))], "y"));
        return graph;
    }

    static byte[][] Bits(IReadOnlyList<Tensor> outputs) => [.. outputs.Select(output => output.Bytes.ToArray())];

    /// <summary>What a run allocates in the end: the runtime allocates too, once for each method, when it compiles one anew, and that may
    /// be late on a busy machine.</summary>
    static long AllocatedBy(Action run)
    {
        var min = long.MaxValue;
        for (var i = 0; i < 12 && min > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            min = Math.Min(min, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return min;
    }
}
