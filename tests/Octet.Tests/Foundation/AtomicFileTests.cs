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
            Files().ShouldHaveSingleItem().ShouldEndWith(".partial");
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

        foreach (var device in (string[])["/dev/nothing", "/dev/full", "/dev/null"])
            Refused(device).ShouldBe($"'{device}' cannot be written: it is a device or a pipe; name a file.");
    }

    [Fact]
    public void What_killed_processes_left_is_removed_and_nothing_else()
    {
        // A name as this process makes them, with the number of a process that has ended.
        using var ended =
            System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("dotnet", "--version")
            { RedirectStandardOutput = true })!;
        ended.WaitForExit();
        var own = Path.GetFileName(UnfinishedFiles.NewNameFor(FilePath));
        var left = own.Replace($"-{Environment.ProcessId}-", $"-{ended.Id}-", StringComparison.Ordinal);
        string[] others =
        [
            "x.partial", own.Replace($"-{Environment.ProcessId}-", "-1-", StringComparison.Ordinal), // process 1 always runs
            System.Text.RegularExpressions.Regex.Replace(left, "octet-[0-9a-f]{8}", "octet-00000000"), // of another machine
        ];
        foreach (var name in (string[])[left, own, .. others]) _folder.Write(name, [9]);

        AtomicFile.Write(FilePath, stream => stream.Write([1]));

        Files().Order().ShouldBe(others.Append("file.bin").Order());
    }

    [Fact]
    public void A_link_with_the_name_of_an_unfinished_file_is_not_followed()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Links need a privilege here.");
        _folder.Write("precious", [9]);
        for (var i = 0; i < 3; i++) File.CreateSymbolicLink(UnfinishedFiles.NewNameFor(FilePath), "precious");
        File.CreateSymbolicLink(FilePath + ".partial", "precious");

        AtomicFile.Write(FilePath, stream => stream.Write([1]));

        File.ReadAllBytes(_folder.PathOf("precious")).ShouldBe([9]);
    }

    [Fact]
    public void Long_names_have_room()
    {
        var name = new string('ä', 125) + ".bin"; // 254 bytes of 255
        AtomicFile.Write(_folder.PathOf(name), stream => stream.Write([1]));
        Files().ShouldBe([name]);
    }

    [Fact]
    public void A_signal_removes_what_is_unfinished()
    {
        _folder.Write("file.bin", [9]);

        Should.Throw<OperationCanceledException>(() => AtomicFile.Write(FilePath, stream =>
        {
            stream.Write([1, 2, 3]);
            AtomicFile.RemoveUnfinished();
            Files().ShouldBe(["file.bin"]);
        }));

        File.ReadAllBytes(FilePath).ShouldBe([9]);
        Files().ShouldBe(["file.bin"]);
    }

    [Fact]
    public void Of_two_writers_of_one_file_the_last_one_counts()
    {
        AtomicFile.Write(FilePath, stream =>
        {
            stream.Write([1, 1]);
            AtomicFile.Write(FilePath, other => other.Write([2]));
            File.ReadAllBytes(FilePath).ShouldBe([2]);
        });

        File.ReadAllBytes(FilePath).ShouldBe([1, 1]);
        Files().ShouldBe(["file.bin"]);
    }

    [Fact]
    public void Many_threads_write_one_file_and_it_is_whole_at_any_time()
    {
        var length = 100_000;
        Parallel.For(0, 32, new() { MaxDegreeOfParallelism = 8 }, number =>
        {
            AtomicFile.Write(FilePath, stream => stream.Write(Enumerable.Repeat((byte)number, length).ToArray()));
            var seen = File.ReadAllBytes(FilePath);
            seen.Length.ShouldBe(length);
            seen.ShouldAllBe(value => value == seen[0]);
        });
        Files().ShouldBe(["file.bin"]);
    }

    [Fact]
    public void A_folder_that_is_missing_or_in_the_way_is_named()
    {
        Refused(_folder.PathOf("missing/file.bin")).ShouldContain("there is no folder '");
        Refused(_folder.Path).ShouldContain("a folder has this name");
        Refused("").ShouldContain("cannot be written");
    }

    static string Refused(string path) =>
        Should.Throw<OutputFileException>(() => AtomicFile.Write(path, stream => stream.Write([1]))).Message;

    IEnumerable<string?> Files() => Directory.EnumerateFiles(_folder.Path).Select(Path.GetFileName);
}
