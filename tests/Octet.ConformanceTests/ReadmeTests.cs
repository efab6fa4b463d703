namespace Octet.ConformanceTests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_sample_ships_with_the_repository() =>
        File.Exists(Path.Combine(SharedFolder.Repository, "samples", "signs", "signs-mobilenetv2.onnx")).ShouldBeTrue();
}
