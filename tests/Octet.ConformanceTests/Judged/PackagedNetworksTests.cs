namespace Octet.ConformanceTests;

/// <summary>Networks that others trained and published: their exports load in ONNX Runtime, agree with Octet's run, and run in integers
/// what the plan says.</summary>
public sealed class PackagedNetworksTests
{
    public static TheoryData<string> Networks =>
        [.. PackagedNetworks.All.Where(network => !network.IsLarge).Select(network => network.Name)];

    [Theory, MemberData(nameof(Networks))]
    public void The_export_of_a_published_network_holds(string name)
    {
        var network = PackagedNetworks.All.Single(network => network.Name == name);
        var figures = PackageReach.OrSkip(() => NetworkFigures.Measure(network));
        TestContext.Current.SendDiagnosticMessage($"{name}: {figures.Work?.Share:P0} of the work in integers, {figures.SqnrDb:F1} "
            + $"dB; {string.Join("; ", figures.Judged.Outputs)}; "
            + $"{figures.Judged.Layers.Integers.Count} of {figures.Judged.Layers.Integers.Count + figures.Judged.Layers.Floats.Count} "
            + "layers in integers");

        figures.Judged.Problems().ShouldBeEmpty();
    }
}
