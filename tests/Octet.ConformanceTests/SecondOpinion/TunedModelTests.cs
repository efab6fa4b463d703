using Octet.Data;
using Octet.Evaluation;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;
using Octet.Tests.Steps;

namespace Octet.ConformanceTests;

/// <summary>What tuning is for: a real network keeps its accuracy in integers, also where they are of the hardest kind.</summary>
public sealed class TunedModelTests
{
    readonly ZooModel _zoo = ModelZoo.Get("mobilenet_v2");

    static ISampleSource Calibration(Model model) =>
        Quantizer.OpenSamples(model, SharedFolder.Require("data", "imagenet", "calib")).Take(100);

    /// <remarks>One picture is 0.25 points, and the last bit of a sum moves two or three; docs/benchmarks.md has what was
    /// measured.</remarks>
    [Theory, InlineData("best", 1), InlineData("pow2-best", 1.5), InlineData("pow2-best-16", 0.75)]
    public void MobileNetV2_keeps_its_accuracy(string recipe, double maxLoss)
    {
        var model = Quantizer.Load(_zoo.Model(), _zoo.Preprocessing);
        var (real, rounded) = (Top1(model.Graph), Top1(Quantized(model, Recipes.Find(recipe)!)));

        TestContext.Current.SendDiagnosticMessage($"{recipe}: float {real}, integer {rounded}");
        rounded.ShouldBeGreaterThanOrEqualTo(real - maxLoss);
    }

    [Fact]
    public void Channels_made_unequal_bring_MobileNetV2_to_chance_by_simple_calibration_and_cost_the_best_little()
    {
        var model = Quantizer.Load(_zoo.Model(), _zoo.Preprocessing);
        var real = Top1(model.Graph);
        HardCase.MakeUnequal(model.Graph, Calibration(model).Take(32));
        Math.Abs(Top1(model.Graph) - real).ShouldBeLessThanOrEqualTo(0.25);

        var (simple, best) = (Top1(Quantized(model, Recipes.Find("ti-simple")!)), Top1(Quantized(model, Recipes.Find("pow2-best")!)));

        TestContext.Current.SendDiagnosticMessage($"hard case: float {real}, ti-simple {simple}, pow2-best {best}");
        simple.ShouldBeLessThan(1);
        best.ShouldBeGreaterThanOrEqualTo(real - 2);
    }

    static Graph Quantized(Model model, Recipe recipe) =>
        Quantizer.Quantize(model, Calibration(model), new() { Recipe = recipe }).Model.Simulate();

    double Top1(Graph graph)
    {
        var pictures = Quantizer.OpenSamples(Quantizer.Load(_zoo.Model(), _zoo.Preprocessing), _zoo.Pictures());
        var classes = LabelFile.Read(SharedFolder.Require("data", "imagenet", "val", "labels.txt")).Of(pictures);
        return new Classification(classes).Evaluate(new Session(graph), pictures).Value;
    }
}
