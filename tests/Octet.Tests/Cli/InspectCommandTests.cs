using System.Text.Json.Nodes;
using Octet.Cli;

namespace Octet.Tests.Cli;

public sealed class InspectCommandTests
{
    [Fact]
    public void A_person_sees_what_the_model_holds() =>
        GoldenText.Check("tests/Octet.Tests/Golden/inspect-signs.txt", CliRun.Of("inspect", Signs.Model).WithoutFolders().Output);

    [Fact]
    public void A_machine_gets_the_same_as_JSON()
    {
        var run = CliRun.Of("inspect", Signs.Model, "--json");

        run.Error.ShouldBeEmpty();
        var summary = JsonNode.Parse(run.Output)!;
        summary["inputs"]![0]!.ToJsonString().ShouldBe("""{"name":"input","type":"float32","shape":["N",3,64,64]}""");
        summary["operators"]!.AsArray().Select(entry => (string)entry!["operator"]!).ShouldContain("Conv");
        ((long)summary["macs"]!).ShouldBe(4_171_776);
    }

    [Fact]
    public void A_file_that_is_absent_or_no_model_is_told_on_stderr_alone()
    {
        foreach (var file in (string[])["absent.onnx", Path.Combine(SharedFolder.Repository, "global.json")])
        {
            var run = CliRun.Of("inspect", file, "--json");

            run.ExitCode.ShouldBe(ExitCode.Failed);
            run.Output.ShouldBeEmpty();
            run.Error.ShouldContain(Path.GetFileName(file));
        }
    }
}
