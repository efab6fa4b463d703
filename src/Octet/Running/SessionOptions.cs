using Octet.Graphs;
using Octet.Tensors;

namespace Octet.Running;

/// <summary>How a graph is made ready to run.</summary>
public sealed record SessionOptions
{
    /// <summary>The values that <see cref="IModelRunner.Watch"/> shows; only these are sure to be made as the graph says. Outputs of the
    /// graph need not be named.</summary>
    public IReadOnlySet<Value> Watched { get; init; } = new HashSet<Value>();

    /// <summary>
    /// Whether the elements of a watched value may be shown in any order, as those of an image with its channels last: enough for
    /// statistics over all elements, and it saves making an image of the other layout only to show it.
    /// </summary>
    public bool ShowsAnyLayout { get; init; }

    /// <summary>
    /// How many bytes the values of a session may take at once: of all its runs on all threads, with the graphs inside nodes. As much as
    /// the machine gives the program, unless said otherwise. What loops keep, which may grow without end, has a bound of its own unless
    /// this is set: in one run 128 MB, and 64 times what the inputs and the constants of the model take.
    /// </summary>
    public long MaxBytes
    {
        get => _maxBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        init => _maxBytes = value;
    }

    readonly long? _maxBytes;

    /// <summary>How much loops may keep in one run.</summary>
    /// <param name="given">The bytes of inputs and constants.</param>
    internal long MaxKept(long given) => _maxBytes ?? Math.Min(MaxBytes, (128L << 20) + 64 * given);

    /// <summary>In a graph inside a node: where the whole model counts its memory.</summary>
    internal BufferStore? Store { get; init; }

    /// <summary>Whether a run may be changed while it goes on: all nodes run, and no two values lie in the same memory.</summary>
    internal bool ChangesValues { get; init; }

    /// <summary>Whether nodes run as the graph has them, each by its own operator; then all values are shown.</summary>
    internal bool KeepsNodes { get; init; }

    /// <summary>What nodes read instead of what the graph has, by node and number of the input; null leaves an optional input out. Not
    /// where nodes are kept.</summary>
    internal IReadOnlyDictionary<(Node Node, int Input), Tensor?> Replaced { get; init; } = new Dictionary<(Node, int), Tensor?>();

    /// <summary>For a run that stops after each node of the graph as it is.</summary>
    internal static SessionOptions NodeByNode { get; } = new() { ChangesValues = true, KeepsNodes = true };

    internal const long DefaultMostBodyRuns = 1_000_000;

    /// <summary>How often the graphs inside If, Loop and Scan may run during one run of the model, all together; more ends the run with an
    /// error.</summary>
    public long MaxBodyRuns { get; init; } = DefaultMostBodyRuns;

    /// <summary>
    /// Threads that share the convolutions and products of one run, for it to end sooner; 0 takes one for each processor. The default, one,
    /// suits samples that run side by side, which together need less time so. The results are the same bits for any number.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// Whether operators between values that the graph rounds to 8-bit integers compute with the integers, to the same bits as ONNX
    /// Runtime; otherwise they compute with the real values of the integers and round what comes out, as a simulation does. Only graphs
    /// with QuantizeLinear and DequantizeLinear differ, in results half way between two integers. Where values are <see cref="Watched"/>,
    /// they are always real.
    /// </summary>
    public bool ComputesInIntegers { get; init; } = true;

    internal int EffectiveThreads => Threads > 0 ? Threads : Environment.ProcessorCount;
}
