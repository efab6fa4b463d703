using System.Buffers.Binary;
using System.IO.Compression;
using Octet.Data.Arrays;
using Octet.Tensors;

namespace Octet.Tests.Data.Arrays;

public sealed class NpzFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_types_and_order_are_kept()
    {
        var arrays = new Dictionary<string, Tensor>
        {
            ["z"] = Tensor.Of<float>([2, 2], 1, 2, 3, 4),
            ["layer/a"] = Tensor.Of<byte>([3], 1, 2, 3),
            ["../up"] = Tensor.Scalar(7L),
        };

        var copy = NpzFile.Read(Written(arrays));

        copy.Keys.ShouldBe(["z", "layer/a", "../up"]);
        foreach (var (name, tensor) in arrays)
        {
            copy[name].ToString().ShouldBe(tensor.ToString());
            copy[name].Bytes.ToArray().ShouldBe(tensor.Bytes.ToArray());
        }
    }

    [Fact]
    public void Equal_arrays_give_equal_files()
    {
        var arrays = new Dictionary<string, Tensor> { ["x"] = Tensor.Scalar(1f) };
        File.ReadAllBytes(Written(arrays, "one.npz")).ShouldBe(File.ReadAllBytes(Written(arrays, "two.npz")));
    }

    [Fact]
    public void A_file_that_cannot_be_finished_is_not_begun()
    {
        var arrays = new Dictionary<string, Tensor> { ["x"] = Tensor.Scalar(1f), ["y"] = new(DataType.BFloat16, [1]) };
        Should.Throw<ArrayFileException>(() => Written(arrays)).Message.ShouldContain("test.npz:y': cannot be written");
        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Theory, InlineData(CompressionLevel.NoCompression), InlineData(CompressionLevel.Optimal)]
    public void Stored_and_deflated_entries_are_read(CompressionLevel level)
    {
        var path = Zip(("x.npy", NpyBytes.Of("|u1", "(1000,)", new byte[1000])), level);
        NpzFile.Read(path)["x"].Length.ShouldBe(1000);
    }

    [Fact]
    public void Only_the_wanted_arrays_are_read()
    {
        var path = Zip(("x.npy", NpyBytes.Of("|u1", "(1,)", [5])), ("broken.npy", [1, 2, 3]));
        NpzFile.Read(path, name => name == "x").Keys.ShouldBe(["x"]);
        NpzFile.NamesIn(path).ShouldBe(["x", "broken"]);
    }

    [Fact]
    public void An_entry_shorter_than_its_array_is_refused_before_memory_is_taken()
    {
        var path = Zip(("x.npy", NpyBytes.Of("<f4", "(500000000,)", [1, 2, 3])));
        Should.Throw<ArrayFileException>(() => NpzFile.Read(path)).Message.ShouldContain($"'{path}:x': is truncated: it declares float32 "
            + "[500000000]");
    }

    [Fact]
    public void A_foreign_entry_is_named()
    {
        var path = Zip(("readme.txt", [1]));
        Should.Throw<ArrayFileException>(() => NpzFile.Read(path)).Message.ShouldContain("'readme.txt', which is no array");
    }

    [Fact]
    public void Two_arrays_of_one_name_are_refused()
    {
        var array = NpyBytes.Of("|u1", "(1,)", [5]);
        var path = Zip(("x.npy", array), ("x.npy", array));
        Should.Throw<ArrayFileException>(() => NpzFile.Read(path)).Message.ShouldContain("two arrays of the name 'x'");
    }

    [Fact]
    public void A_bomb_is_refused_by_what_it_declares()
    {
        var path = Zip(("x.npy", new byte[2_000_000]), CompressionLevel.NoCompression);
        DeclareUnpackedLength(path, 1_500_000_000);
        Should.Throw<ArrayFileException>(() => NpzFile.Read(path)).Message.ShouldContain("would inflate from 2000");
    }

    [Fact]
    public void An_impossible_inflation_is_refused()
    {
        var path = Zip(("x.npy", NpyBytes.Of("|u1", "(1000,)", new byte[1000])), CompressionLevel.Optimal);
        DeclareUnpackedLength(path, 1_000_000_000);
        Should.Throw<ArrayFileException>(() => NpzFile.Read(path)).Message.ShouldContain("cannot inflate");
    }

    [Fact]
    public void A_changed_byte_fails_the_checksum()
    {
        var path = Zip(("x.npy", NpyBytes.Of("|u1", "(100,)", new byte[100])), CompressionLevel.NoCompression);
        var bytes = File.ReadAllBytes(path);
        bytes[180]++;
        File.WriteAllBytes(path, bytes);
        Should.Throw<ArrayFileException>(() => NpzFile.Read(path)).Message.ShouldStartWith($"'{path}:x': ");
    }

    [Fact]
    public void Damage_anywhere_is_never_more_than_an_error()
    {
        var path = Zip(("x.npy", NpyBytes.Of("|u1", "(100,)", new byte[100])), ("y.npy", NpyBytes.Of("<f4", "(1,)", new byte[4])));
        var whole = File.ReadAllBytes(path);
        var random = new Random(3);
        for (var round = 0; round < 1500; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 2; i++) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            if (round % 4 == 0) damaged = damaged[..random.Next(damaged.Length)];
            File.WriteAllBytes(path, damaged);
            try
            {
                NpzFile.Read(path);
            }
            catch (ArrayFileException)
            {
            }
        }
    }

    [Fact]
    public void Something_else_than_an_archive_is_an_error()
    {
        Should.Throw<ArrayFileException>(() => NpzFile.Read(_folder.Write("text.npz", "hello"))).Message.ShouldContain("no zip archive");
        Should.Throw<ArrayFileException>(() => NpzFile.Read(_folder.PathOf("absent.npz"))).Message.ShouldContain("cannot be opened");
    }

    /// <summary>Changes what the archive's directory says of its first entry.</summary>
    static void DeclareUnpackedLength(string path, int length)
    {
        var bytes = File.ReadAllBytes(path);
        var directory = bytes.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(directory + 24), length);
        File.WriteAllBytes(path, bytes);
    }

    string Written(IEnumerable<KeyValuePair<string, Tensor>> arrays, string name = "test.npz")
    {
        var path = _folder.PathOf(name);
        NpzFile.Write(path, arrays);
        return path;
    }

    string Zip((string Name, byte[] Content) entry, CompressionLevel level) => Zip(level, entry);

    string Zip(params (string Name, byte[] Content)[] entries) => Zip(CompressionLevel.Optimal, entries);

    string Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        var path = _folder.PathOf("test.npz");
        using var stream = File.Create(path);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create);
        foreach (var (name, bytes) in entries)
        {
            using var content = archive.CreateEntry(name, level).Open();
            content.Write(bytes);
        }
        return path;
    }
}
