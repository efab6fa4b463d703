namespace Octet.Tests;

public sealed class JobTests
{
    [Theory, InlineData("model.onnx", "model.onnx"), InlineData("model.onnx", "./folder/../model.onnx")]
    public void A_job_does_not_write_over_the_model_that_it_reads(string model, string output)
    {
        Action[] jobs =
        [
            () => new QuantizationJob { Model = model, Output = output, Data = "pictures" }.Run(TestContext.Current.CancellationToken),
            () => new QuantizationJob { Model = model, Output = "other.onnx", Data = "pictures", Table = output }.Run(TestContext.Current.CancellationToken),
            () => new CalibrationJob { Model = model, Output = output, Data = "pictures" }.Run(TestContext.Current.CancellationToken),
        ];
        foreach (var job in jobs) Should.Throw<OutputFileException>(job).Message.ShouldBe($"'{output}' cannot be written: it is the model that is read, which would be lost; name another file.");
    }
}
