using Octet.Data;

namespace Octet.Tests.Data;

public sealed class LabelFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a.png 3\nsub/b c.png\t0\n")]
    [InlineData("# comment\r\n\r\n./a.png   3\r\nsub\\b c.png 0")]
    [InlineData("file,class\na.png,3\nsub/b c.png, 0\n")]
    public void Names_and_classes_are_read_in_the_forms_that_occur(string text)
    {
        var labels = LabelFile.Read(_folder.Write("labels.txt", text));
        labels.Count.ShouldBe(2);
        labels.Of(MadeSamples.Named("sub/b c.png", "a.png")).ShouldBe([0, 3]);
    }

    [Fact]
    public void All_wrong_lines_are_named()
    {
        var path = _folder.Write("labels.txt", "a.png 3\nb.png\nc.png -1\na.png 4\n7\nd.png 99999999999\na.png 3\n");

        var message = Should.Throw<SampleException>(() => LabelFile.Read(path)).Message;

        message.ShouldContain("5 problem(s)");
        message.ShouldContain("line 2: 'b.png' is not a name and a class index");
        message.ShouldContain("line 4: 'a.png' has class 4, but class 3 in an earlier line");
        message.ShouldContain("line 5: '7'");
    }

    [Fact]
    public void Samples_without_a_label_are_listed_together()
    {
        var labels = LabelFile.Read(_folder.Write("labels.txt", "a.png 3\n"));
        var message =
            Should.Throw<SampleException>(
                () => labels.Of(MadeSamples.Named([.. Enumerable.Range(0, 30).Select(i => $"{i}.png"), "a.png"]))).Message;
        message.ShouldStartWith("30 of 31 samples have no label in ");
        message.ShouldContain("whose first name is 'a.png'");
        message.ShouldContain("  19.png");
        message.ShouldContain("… and 10 more");
    }

    [Fact]
    public void No_labels_at_all_is_an_error()
    {
        Should.Throw<SampleException>(() => LabelFile.Read(_folder.Write("labels.txt", "# none"))).Message.ShouldContain("hold no label");
        Should.Throw<SampleException>(() => LabelFile.Read(_folder.PathOf("absent.txt"))).Message.ShouldEndWith("absent.txt' cannot be "
            + "read: it does not exist.");
        Should.Throw<SampleException>(() => LabelFile.Read(_folder.Path)).Message.ShouldEndWith("' cannot be read: it is a folder; name "
            + "the file in it.");
    }
}
