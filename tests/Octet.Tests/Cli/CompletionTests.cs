namespace Octet.Tests.Cli;

public sealed class CompletionTests
{
    [Theory]
    [InlineData("octet comp", "compare\ncompletion")]
    [InlineData("octet completion p", "pwsh")]
    [InlineData("octet completion ", "bash\nfish\npwsh\nzsh")]
    [InlineData("octet quantize m.onnx --recipe fast --rec", "")]
    [InlineData("octet quantize m.onnx -o int8.onnx --out", "")]
    [InlineData("octet quantize m.onnx --exclude Softmax --excl", "--exclude")]
    [InlineData("octet completion --js", "--json")]
    public void What_was_begun_is_completed(string line, string answer) =>
        CliRun.Of("complete", "--", line).Output.ShouldBe(answer.Length > 0 ? answer + "\n" : "");

    [Fact]
    public void What_stands_behind_the_cursor_does_not_count() =>
        CliRun.Of("complete", "--position", "11", "--", "octet compl bash").Output.ShouldBe("completion\n");

    [Theory]
    [InlineData("bash", "complete -o default -F _octet octet")]
    [InlineData("zsh", "compdef _octet octet")]
    [InlineData("fish", "complete -c octet -a '(__octet_complete)'")]
    [InlineData("pwsh", "Register-ArgumentCompleter -Native -CommandName octet")]
    public void Each_shell_has_its_script(string shell, string line)
    {
        var run = CliRun.Of("completion", shell);

        run.ExitCode.ShouldBe(0);
        run.Output.Split('\n').ShouldContain(each => each.Contains(line));
    }
}
