using System.IO.Compression;
using Octet.Tensors;

namespace Octet.Data.Arrays;

/// <summary>Arrays by name in numpy's <c>.npz</c> format: a zip archive of <c>.npy</c> files.</summary>
/// <remarks>
/// Entry names are keys and never paths. An archive is refused before memory is allocated if what it declares cannot be inside it:
/// deflate never inflates more than 1032-fold, entries cannot share their bytes, and data does not shrink a hundredfold by the gigabyte.
/// </remarks>
public static class NpzFile
{
    const int MaxInflation = 1032;
    const int PlausibleInflation = 100;
    const long HarmlessBytes = 1L << 30;
    internal const string Extension = ".npy";

    /// <summary>Reads all arrays, in the order of the archive.</summary>
    /// <exception cref="ArrayFileException">The file is absent, no archive, damaged, or holds something else than arrays of
    /// numbers.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read(path, _ => true);
    }

    /// <summary>Writes arrays uncompressed, in the given order; the file appears whole or not at all, and equal arrays give equal
    /// bytes.</summary>
    /// <exception cref="ArrayFileException">numpy has no type for the elements of an array.</exception>
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> arrays)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(arrays);
        AtomicFile.Write(path, stream => Write(stream, arrays, path));
    }

    /// <summary>Reads the arrays whose name is wanted and passes over the others.</summary>
    internal static Dictionary<string, Tensor> Read(string path, Predicate<string> isWanted)
    {
        using var stream = NpyFile.Open(path);
        return Read(stream, path, isWanted);
    }

    /// <summary>Reads the wanted arrays of an archive that is open.</summary>
    internal static Dictionary<string, Tensor> Read(Stream stream, string path, Predicate<string> isWanted)
    {
        using var archive = OpenArchive(stream, path);
        CheckSizes(archive, path, stream.Length);

        var arrays = new Dictionary<string, Tensor>();
        foreach (var entry in ArraysOf(archive, path))
        {
            var name = entry.FullName[..^Extension.Length];
            if (!isWanted(name)) continue;
            if (!arrays.TryAdd(name, Read(entry, $"{path}:{name}")))
                throw new ArrayFileException(path, $"holds two arrays of the name '{name}'");
        }
        return arrays;
    }

    /// <summary>The names of the arrays, without reading them.</summary>
    internal static IReadOnlyList<string> NamesIn(string path)
    {
        using var stream = NpyFile.Open(path);
        using var archive = OpenArchive(stream, path);
        return [.. ArraysOf(archive, path).Select(entry => entry.FullName[..^Extension.Length])];
    }

    internal static void Write(Stream stream, IEnumerable<KeyValuePair<string, Tensor>> arrays, string file)
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        foreach (var (name, tensor) in arrays) Write(archive, name, tensor, file);
    }

    internal static void Write(ZipArchive archive, string name, Tensor tensor, string file)
    {
        using var content = CreateEntry(archive, name + Extension).Open();
        NpyFile.Write(content, tensor, $"{file}:{name}");
    }

    internal static ZipArchiveEntry CreateEntry(ZipArchive archive, string name)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
        // the earliest that zip knows; the present would make each file another
        entry.LastWriteTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return entry;
    }

    internal static Tensor Read(ZipArchiveEntry entry, string file) =>
        Read(entry, file, content => NpyFile.Read(content, file, entry.Length));

    /// <summary>Reads an entry, and checks that all of it is as it was written.</summary>
    /// <exception cref="ArrayFileException">The entry is damaged.</exception>
    internal static T Read<T>(ZipArchiveEntry entry, string file, Func<Stream, T> read)
    {
        try
        {
            using var content = new ChecksumStream(entry.Open());
            var made = read(content);
            content.CopyTo(Stream.Null);
            return content.Checksum == entry.Crc32
                ? made : throw new ArrayFileException(file, "is damaged: its checksum is not that of the archive");
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or NotSupportedException)
        {
            throw new ArrayFileException(file, $"cannot be unpacked: {problem.Message}", problem);
        }
    }

    internal static ZipArchive OpenArchive(Stream stream, string path)
    {
        try
        {
            var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries; // reads the directory, which may be damaged too
            return archive;
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or ArgumentException or NotSupportedException)
        {
            throw new ArrayFileException(path, $"is no zip archive, or a damaged one: {problem.Message}", problem);
        }
    }

    static IEnumerable<ZipArchiveEntry> ArraysOf(ZipArchive archive, string path)
    {
        foreach (var entry in archive.Entries)
        {
            if (entry.FullName.EndsWith('/')) continue;
            yield return entry.FullName.EndsWith(Extension, StringComparison.Ordinal)
                ? entry
                : throw new ArrayFileException(path,
                    $"holds '{entry.FullName}', which is no array: the entries of an .npz end in {Extension}");
        }
    }

    internal static void CheckSizes(ZipArchive archive, string path, long fileBytes)
    {
        var (packed, unpacked) = ((Int128)0, (Int128)0);
        foreach (var entry in archive.Entries)
        {
            packed += entry.CompressedLength;
            unpacked += entry.Length;
            if (entry.Length > (Int128)entry.CompressedLength * MaxInflation + MaxInflation)
            {
                throw new ArrayFileException(path,
                    $"is damaged or a zip bomb: {entry.CompressedLength} bytes cannot inflate to the {entry.Length} that "
                    + $"'{entry.FullName}' declares");
            }
        }
        if (packed > fileBytes)
            throw new ArrayFileException(path, $"is damaged or a zip bomb: its entries take {packed} bytes, the file only {fileBytes}");
        if (unpacked > HarmlessBytes && unpacked > (Int128)fileBytes * PlausibleInflation)
        {
            throw new ArrayFileException(path,
                $"would inflate from {fileBytes} to {unpacked} bytes, as a zip bomb does; if it is right, store it uncompressed "
                + "(numpy.savez)");
        }
    }
}
