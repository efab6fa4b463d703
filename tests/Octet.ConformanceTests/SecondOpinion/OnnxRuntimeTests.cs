using Microsoft.ML.OnnxRuntime;
using Octet.Tensors;

namespace Octet.ConformanceTests;

/// <summary>The bridge itself.</summary>
public sealed class OnnxRuntimeTests
{
    [Fact]
    public void One_session_answers_many_samples()
    {
        using var runtime = OnnxRuntime.Load(Signs.Model);
        foreach (var batch in (int[])[1, 3, 2])
        {
            var outputs = runtime.Run(new Dictionary<string, Tensor> { ["input"] = new(DataType.Float32, [batch, 3, 64, 64]) });

            outputs.Keys.ShouldBe(["logits"]);
            outputs["logits"].ToString().ShouldBe($"float32 [{batch}, 12]");
        }
    }

    [Fact]
    public void What_ONNX_Runtime_refuses_is_told_in_its_own_words_and_the_session_goes_on()
    {
        using var runtime = OnnxRuntime.Load(Signs.Model);

        Should.Throw<OnnxRuntimeException>(
            () => runtime.Run(new Dictionary<string, Tensor> { ["input"] = new(DataType.Float32, [1, 3, 64]) }))
            .Message.ShouldContain("Invalid rank");
        runtime.Run(new Dictionary<string, Tensor> { ["input"] = new(DataType.Float32, [1, 3, 64, 64]) }).Count.ShouldBe(1);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {

        Should.Throw<OnnxRuntimeException>(
            () => OnnxRuntime.Load(Path.Combine(SharedFolder.Repository, "global.json"))).Message.ShouldContain("global.json");
    }

    [Fact]
    public void Sums_of_integer_products_are_exact_by_the_settings_chosen()
    {
        TestContext.Current.SendDiagnosticMessage(ExactSums.Description);
        ExactSums.Sum(ExactSums.NeedAnOption).ShouldBe(64 * 255 * 127);
    }
}
