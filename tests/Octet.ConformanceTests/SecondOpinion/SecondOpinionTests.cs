using Octet.Data;
using Octet.Onnx;
using Octet.Running;

namespace Octet.ConformanceTests;

/// <summary>Whole models on real pictures: Octet's engine and ONNX Runtime give the same.</summary>
public sealed class SecondOpinionTests
{
    const int Samples = 4;

    /// <summary>Largest difference that summing in another order may make, as a share of the output's greatest magnitude.</summary>
    const double Tolerance = 1e-4;

    public static TheoryData<string> Models => [.. ModelZoo.All.Select(model => model.Name)];

    [Theory, MemberData(nameof(Models))]
    public void Float_outputs_are_those_of_ONNX_Runtime(string name)
    {
        var zoo = ModelZoo.Get(name);
        using var runtime = OnnxRuntime.Load(zoo.Model());
        var graph = OnnxReader.Read(zoo.Model()).Graph;
        var session = new Session(graph);
        var samples = SampleSource.Open(zoo.Pictures(), ModelInput.Of(graph), zoo.Preprocessing).Take(Samples);

        for (var i = 0; i < samples.Count; i++)
        {
            var inputs = samples.Load(i).Inputs;
            var (expected, actual) = (runtime.Run(inputs), session.Run(inputs));

            actual.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
            foreach (var output in expected.Keys)
            {
                var difference = TensorComparison.RelativeDifference(expected[output], actual[output]);
                TestContext.Current.TestOutputHelper?.WriteLine($"{name}, {samples.NameOf(i)}: '{output}' differs by {difference:E1} of "
                    + "its greatest magnitude");
                difference.ShouldBeLessThan(Tolerance, $"{output} of {samples.NameOf(i)}");
            }
        }
    }
}
