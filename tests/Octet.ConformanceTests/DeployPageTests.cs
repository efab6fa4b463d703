using Octet.Data;
using Octet.Pipeline;
using Octet.Running;

namespace Octet.ConformanceTests;

/// <summary>The class that docs/deploy.md shows is <see cref="PictureClassifier"/>, which is compiled and run here.</summary>
public sealed class DeployPageTests
{
    [Fact]
    public void The_class_of_the_page_is_the_one_that_is_tested_here()
    {
        var code = File.ReadAllText(
            Path.Combine(SharedFolder.Repository, "tests", "Octet.ConformanceTests", $"{nameof(PictureClassifier)}.cs"));

        File.ReadAllText(Path.Combine(SharedFolder.Repository, "docs", "deploy.md"))
            .ShouldContain($"```csharp\n{code.Replace("namespace Octet.ConformanceTests;\n\n", "")}```");
    }

    [Fact]
    public void Its_answers_in_ONNX_Runtime_are_those_of_Octet()
    {
        using var folder = new TemporaryFolder();
        var (path, model) = (folder.PathOf("signs.int8.onnx"), Signs.Load());
        Quantizer.Quantize(model, Quantizer.OpenSamples(model, Signs.Calibration), new() { Recipe = Recipes.Fast }).Save(path);
        var exported = Quantizer.Load(path);
        var session = new Session(exported.Graph);
        var pictures = Directory.GetFiles(Signs.Validation, "*.png").Order(StringComparer.Ordinal).Take(24).ToArray();

        using var classifier = new PictureClassifier(path, ExactSums.NeedAnOption);
        var answers = pictures.Select(picture => classifier.Classify(File.ReadAllBytes(picture)));

        var samples = Quantizer.OpenSamples(exported, Signs.Validation);
        var expected = pictures.Select((_, index) => BestClass(session, samples.Load(index)));
        answers.ShouldBe(expected);
    }

    static int BestClass(Session session, Sample sample)
    {
        var scores = session.Run(sample.Inputs)["logits"].Floats;
        return scores.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max(scores));
    }
}
