using System.CommandLine;
using System.Text;
using Octet.Cli;

namespace Octet.Tests.Cli;

public sealed class CommandLineTests
{
    [Fact]
    public void The_help_of_every_command_is_as_it_was_agreed()
    {
        var text = new StringBuilder();
        foreach (var command in CommandLine.Create(new(TextWriter.Null, TextWriter.Null)).Subcommands.Where(command => !command.Hidden)
            .Prepend(null))
        {
            string[] arguments = command is null ? ["--help"] : [command.Name, "--help"];
            text.Append($"$ octet {string.Join(' ', arguments)}\n{CliRun.Of(arguments).Output}\n");
        }
        GoldenText.Check("tests/Octet.Tests/Golden/help.txt", text.ToString());
    }

    [Fact]
    public void Without_a_command_the_help_is_shown()
    {
        var run = CliRun.Of();

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldBe(CliRun.Of("--help").Output);
    }

    [Fact]
    public void Every_visible_command_has_an_example_and_every_option_a_description()
    {
        foreach (var command in CommandLine.Create(new(TextWriter.Null, TextWriter.Null)).Subcommands.OfType<OctetCommand>()
            .Where(command => !command.Hidden))
        {
            command.Examples.ShouldNotBeEmpty(command.Name);
            foreach (var option in UsageErrors.VisibleOptions(command))
                option.Description.ShouldNotBeNullOrEmpty($"{command.Name} {option.Name}");
        }
    }

    [Theory]
    [InlineData("'octet' has no command 'compltion'; did you mean 'completion'?", "compltion", "bash")]
    [InlineData("'octet completion' has no option '--jsn'; did you mean '--json'?", "completion", "--jsn", "bash")]
    [InlineData("'octet completion' has no option '--frobnicate'.", "completion", "bash", "--frobnicate")]
    [InlineData("Required argument 'shell' missing", "completion")]
    public void Wrong_usage_is_told_on_stderr_with_exit_code_2(string message, params string[] arguments)
    {
        var run = CliRun.Of(arguments);

        run.ExitCode.ShouldBe(ExitCode.WrongUsage);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldStartWith(message);
        run.Error.ShouldEndWith(" --help' shows what it takes.\n");
    }

    [Fact]
    public void Mistakes_are_told_by_their_message_alone_and_bugs_with_their_stack_trace()
    {
        Failing(new ExampleException("the scale is wrong")).ShouldBe((ExitCode.Failed, "the scale is wrong\n"));
        Failing(new FileNotFoundException("no such file")).ShouldBe((ExitCode.Failed, "no such file\n"));
        Failing(new OperationCanceledException()).ShouldBe((ExitCode.Interrupted, "Stopped; no file was left half written.\n"));

        var (exitCode, error) = Failing(new InvalidOperationException("impossible"));
        exitCode.ShouldBe(ExitCode.Bug);
        error.ShouldContain(nameof(FailingCommand));
        error.ShouldContain("impossible");
    }

    [Fact]
    public void A_step_is_reported_when_it_begins_at_each_tenth_and_at_its_end()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var lines = new ProgressLines(writer);

        for (var done = 0; done <= 200; done++) lines.Report(new("calibrate", done, 200));
        lines.Report(new("export", 1, 1));

        writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
            [.. Enumerable.Range(0, 11).Select(tenth => $"calibrate: {tenth * 20} of 200"), "export: 1 of 1"]);
    }

    static (int ExitCode, string Error) Failing(Exception failure)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var command = new FailingCommand(new(TextWriter.Null, error), failure);
        return (command.Parse("").Invoke(), error.ToString());
    }

    sealed class ExampleException(string message) : OctetException(message);

    sealed class FailingCommand(Terminal terminal, Exception failure) : OctetCommand(terminal, "fail", "Fails.")
    {
        protected override void Run(CommandRun run) => throw failure;
    }
}
