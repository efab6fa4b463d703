using Octet.Tests.Data;

namespace Octet.Tests.Foundation;

/// <summary>Alone, because one test plays a signal to end, which takes away the unfinished files of the whole process.</summary>
[CollectionDefinition(nameof(AtomicFileTests), DisableParallelization = true), Collection(nameof(AtomicFileTests))]
public sealed class AtomicFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string FilePath => _folder.PathOf("file.bin");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_takes_its_name_when_all_is_written()
    {
        AtomicFile.Write(FilePath, stream =>
        {
            stream.Write([1, 2, 3]);
            stream.Flush();
            File.Exists(FilePath).ShouldBeFalse();
            File.Exists(FilePath + ".partial").ShouldBeTrue();
        });

        File.ReadAllBytes(FilePath).ShouldBe([1, 2, 3]);
        Files().ShouldBe(["file.bin"]);
    }

    [Fact]
    public void A_file_that_was_there_is_replaced()
    {
        _folder.Write("file.bin", [9, 9, 9, 9]);

        AtomicFile.Write(FilePath, stream => stream.Write([1]));

        File.ReadAllBytes(FilePath).ShouldBe([1]);
    }

    [Fact]
    public void A_failure_leaves_what_was_there_and_nothing_else()
    {
        _folder.Write("file.bin", [9]);

        Should.Throw<InvalidOperationException>(() => AtomicFile.Write(FilePath, stream =>
        {
            stream.Write([1, 2, 3]);
            throw new InvalidOperationException("in the middle");
        }));

        File.ReadAllBytes(FilePath).ShouldBe([9]);
        Files().ShouldBe(["file.bin"]);
    }

    [Fact]
    public void What_cannot_be_closed_leaves_nothing_either()
    {
        // As on a full disk: what is still buffered cannot be written.
        Should.Throw<Exception>(() => AtomicFile.Write(FilePath, stream =>
        {
            stream.Write([1, 2, 3]);
            ((FileStream)stream).SafeFileHandle.Dispose();
            stream.Write(new byte[1 << 20]);
        }));

        Files().ShouldBeEmpty();
    }

    [Fact]
    public void A_link_stays_and_the_file_that_it_names_is_written()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Links need a privilege here.");
        _folder.Write("real.bin", [9]);
        File.CreateSymbolicLink(FilePath, "real.bin");

        AtomicFile.Write(FilePath, stream => stream.Write([1]));

        new FileInfo(FilePath).LinkTarget.ShouldBe("real.bin");
        File.ReadAllBytes(_folder.PathOf("real.bin")).ShouldBe([1]);
        Files().Order().ShouldBe(["file.bin", "real.bin"]);
    }

    [Fact]
    public void A_device_keeps_its_name()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("There is no /dev here.");

        Refused("/dev/nothing").ShouldBe("'/dev/nothing' cannot be written: it is a device; name a file.");
    }

    [Fact]
    public void The_rest_of_an_earlier_crash_does_no_harm()
    {
        _folder.Write("file.bin.partial", [9, 9, 9, 9]);

        AtomicFile.Write(FilePath, stream => stream.Write([1]));

        File.ReadAllBytes(FilePath).ShouldBe([1]);
        Files().ShouldBe(["file.bin"]);
    }

    [Fact]
    public void A_signal_removes_what_is_unfinished()
    {
        _folder.Write("file.bin", [9]);

        Should.Throw<OperationCanceledException>(() => AtomicFile.Write(FilePath, stream =>
        {
            stream.Write([1, 2, 3]);
            AtomicFile.RemoveUnfinished();
            File.Exists(FilePath + ".partial").ShouldBeFalse();
        }));

        File.ReadAllBytes(FilePath).ShouldBe([9]);
        Files().ShouldBe(["file.bin"]);
    }

    [Fact]
    public void Two_writers_of_one_file_do_not_mix()
    {
        AtomicFile.Write(FilePath, stream =>
        {
            stream.Write([1]);
            Should.Throw<OutputFileException>(() => AtomicFile.Write(FilePath, other => other.Write([2])));
        });

        File.ReadAllBytes(FilePath).ShouldBe([1]);
    }

    [Fact]
    public void A_folder_that_is_missing_or_in_the_way_is_named()
    {
        Refused(_folder.PathOf("missing/file.bin")).ShouldContain("there is no folder '");
        Refused(_folder.Path).ShouldContain("a folder has this name");
        Refused("").ShouldContain("cannot be written");
    }

    static string Refused(string path) => Should.Throw<OutputFileException>(() => AtomicFile.Write(path, stream => stream.Write([1]))).Message;

    IEnumerable<string?> Files() => Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName);
}
