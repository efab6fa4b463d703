using Octet.Data;

namespace Octet.Tests.Foundation;

public sealed class ReadableTextTests
{
    [Theory]
    [InlineData("plain text, ä, 日本, 🙂, a\tb\nc")]
    [InlineData("")]
    public void Ordinary_text_stays(string text) => ReadableText.Of(text).ShouldBe(text);

    [Theory]
    [InlineData("\u001b[31mred", "\\u001B[31mred")]
    [InlineData("a\0b\u0007\u007f\u009b", "a\\u0000b\\u0007\\u007F\\u009B")]
    [InlineData("name\u202Egnp.exe", "name\\u202Egnp.exe")] // turns the direction of text
    [InlineData("a\u200Bb", "a\\u200Bb")]
    [InlineData("a\rb", "a\nb")] // would write over the beginning of the line
    public void What_a_terminal_would_obey_is_shown(string text, string expected) =>
    ReadableText.Of(text).ReplaceLineEndings("\n").ShouldBe(expected);

    [Fact]
    public void Long_lines_lose_their_middle_and_many_lines_are_counted()
    {
        var line = ReadableText.Of("begin" + new string('x', 1_000_000) + "end");
        line.Length.ShouldBe(ReadableText.MaxLineLength);
        line.ShouldStartWith("beginx");
        line.ShouldEndWith("xend");

        var lines = ReadableText.Of(string.Join('\n', Enumerable.Range(0, 1000))).ReplaceLineEndings("\n").Split('\n');
        lines.Length.ShouldBe(ReadableText.MaxLines + 1);
        lines[^1].ShouldBe("… and 800 more lines");
    }

    [Fact]
    public void Messages_of_exceptions_are_readable_whatever_names_they_hold()
    {
        var message = new SampleException("no \u001b]0;title\u0007 in '" + new string('n', 100_000) + "'").Message;
        message.Length.ShouldBeLessThanOrEqualTo(ReadableText.MaxLineLength + 10);
        message.ShouldStartWith("no \\u001B]0;title\\u0007 in 'nnn");
    }
}
