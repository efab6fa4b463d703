using Octet.Data;

namespace Octet.Tests.Data;

public sealed class TextFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lines_come_as_they_are_whatever_ends_them()
    {
        var path = _folder.Write("lines.txt", "one\r\n\ntwo ü\nthree");
        TextFile.ReadLines(path).ShouldBe(["one", "", "two ü", "three"]);
        TextFile.ReadAll(path).ShouldBe("one\r\n\ntwo ü\nthree");
    }

    [Fact]
    public void More_text_than_is_sensible_is_refused()
    {
        var path = _folder.Write("long.txt", new string('x', 200_000));
        TextFile.ReadAll(path, max: 200_000).Length.ShouldBe(200_000);
        Should.Throw<IOException>(() => TextFile.ReadAll(path, max: 199_999)).Message.ShouldBe("it has more than 199999 characters");
    }

    [Fact]
    public void A_device_that_never_ends_does_not_fill_the_memory()
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "there is no /dev/zero");
        Should.Throw<SampleException>(() => LabelFile.Read("/dev/zero")).Message.ShouldContain("is a pipe or a device");
    }
}
