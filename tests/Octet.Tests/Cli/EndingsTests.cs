using Octet.Cli;

namespace Octet.Tests.Cli;

/// <summary>How a command ends whose library fails in each way.</summary>
public sealed class EndingsTests
{
    [Fact]
    public void Out_of_memory_is_told_as_such()
    {
#pragma warning disable CA2201 // The runtime throws it; here a test does in its place.
        foreach (var failure in (Exception[])[new OutOfMemoryException(), new AggregateException(new OutOfMemoryException())])
#pragma warning restore CA2201
        {
            var (code, error) = End(failure);
            code.ShouldBe(ExitCode.Failed);
            error.ShouldStartWith("There is not enough memory for this.");
        }
    }

    [Fact]
    public void A_mistake_in_Octet_keeps_its_trace()
    {
        var (code, error) = End(new InvalidOperationException("in the middle"));
        code.ShouldBe(ExitCode.Bug);
        error.ShouldContain("InvalidOperationException: in the middle");
    }

    [Fact]
    public void Messages_of_the_system_are_readable_too() =>
    End(new IOException("no \u001b[31mfile")).ShouldBe((ExitCode.Failed, "no \\u001B[31mfile\n"));

    static (int Code, string Error) End(Exception failure)
    {
        using var error = new StringWriter { NewLine = "\n" };
        var command = new FailingCommand(new(TextWriter.Null, error), failure);
        return (command.Parse([]).Invoke(new() { EnableDefaultExceptionHandler = false }), error.ToString());
    }

    sealed class FailingCommand(Terminal terminal, Exception failure) : OctetCommand(terminal, "fail", "Fails.")
    {
        protected override void Run(CommandRun run) => throw failure;
    }
}
