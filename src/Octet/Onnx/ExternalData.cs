using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf.Collections;
using Microsoft.Win32.SafeHandles;
using Octet.Onnx.Schema;

namespace Octet.Onnx;

/// <summary>A stretch of a file beside the model.</summary>
readonly record struct ExternalRegion(string Location, long Offset, long Length);

/// <summary>
/// The files beside a model that hold elements of its tensors. A model may come from anyone, so that nothing outside its folder is opened,
/// and no file is asked for more than it has.
/// </summary>
sealed class ExternalData(string folder) : IDisposable
{
    readonly Dictionary<string, DataFile> _files = new(StringComparer.Ordinal);

    /// <summary>The files that were opened, as full paths.</summary>
    public IReadOnlyList<string> Paths => [.. _files.Keys.Select(location => Path.GetFullPath(Path.Combine(folder, location)))];

    /// <summary>Where a tensor of <paramref name="needed"/> bytes lies; the file is there and long enough.</summary>
    /// <exception cref="ModelException">The entries are incomplete, lead out of the folder, or do not fit the file or the
    /// tensor.</exception>
    public ExternalRegion Locate(RepeatedField<StringStringEntryProto> entries, long needed)
    {
        var location = Entry(entries, "location")
            ?? throw new ModelException("keeps its elements in a file beside the model, but does not say in which");
        var offset = Number(entries, "offset") ?? 0;
        var length = Number(entries, "length") ?? needed;
        if (length != needed) throw new ModelException($"claims {length} bytes of '{location}', but its type and shape take {needed}");

        var file = Open(location);
        if (offset > file.Length || length > file.Length - offset)
        {
            throw new ModelException($"claims bytes {offset} to {(Int128)offset + length} of '{location}', which has {file.Length}; the "
                + "file is cut off or belongs to another model");
        }
        if (Entry(entries, "checksum") is { Length: > 0 } checksum && !checksum.Equals(file.Checksum, StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelException($"expects '{location}' to have the SHA-1 checksum {checksum}, but it has {file.Checksum}; the file "
                + "was changed or belongs to another model");
        }
        return new(location, offset, length);
    }

    /// <summary>Fills <paramref name="destination"/> from a region that <see cref="Locate"/> gave.</summary>
    /// <exception cref="ModelException">The regions of this model overlap so much that reading them all would take far more memory than the
    /// file has.</exception>
    public void Read(ExternalRegion region, Span<byte> destination)
    {
        var file = _files[region.Location];
        file.BytesRead += region.Length;
        // Tensors may share bytes; each region is read once, but a hostile file could describe a million that overlap.
        if (file.BytesRead > 4 * file.Length)
            throw new ModelException($"is one of many that overlap in '{region.Location}', which is refused to save memory");

        for (var done = 0; done < destination.Length;)
        {
            var count = RandomAccess.Read(file.Handle, destination[done..], region.Offset + done);
            if (count == 0) throw new ModelException($"ends before its data does: '{region.Location}' became shorter while it was read");
            done += count;
        }
    }

    public void Dispose()
    {
        foreach (var file in _files.Values) file.Handle.Dispose();
    }

    DataFile Open(string location)
    {
        if (_files.TryGetValue(location, out var known)) return known;

        var path = PathInside(location);
        try
        {
            // Asked before opening, for opening a pipe would wait for its writer.
            if (!File.Exists(path))
                throw new ModelException($"keeps its elements in '{location}', which is not there; it must lie beside the model");
            if (FileType.IsSpecial(path)) throw new ModelException($"keeps its elements in '{location}', which {FileType.Special}");
            if (new FileInfo(path).Length == 0) throw new ModelException($"keeps its elements in '{location}', which is empty");
            return _files[location] = new(File.OpenHandle(path));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"keeps its elements in '{location}', which cannot be opened: {cause.Message}", cause);
        }
    }

    /// <exception cref="ModelException">The location is absolute, has <c>..</c> in it, or is a link that leads out of the
    /// folder.</exception>
    string PathInside(string location)
    {
        var parts = location.Split('/', '\\');
        if (Path.IsPathRooted(location) || location.Contains(':', StringComparison.Ordinal)
            || location.Contains('\0', StringComparison.Ordinal) || parts.Contains("..") || parts[0].Length == 0)
        {
            throw new ModelException($"keeps its elements in '{location}', which points outside the model's folder; only files inside it "
                + "are opened");
        }

        var path = Path.GetFullPath(folder);
        foreach (var part in parts)
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw new ModelException($"keeps its elements in '{location}', where '{part}' is a link; only files that lie inside the "
                    + "model's folder themselves are opened: put a copy there");
            }
        }
        return path;
    }

    static string? Entry(RepeatedField<StringStringEntryProto> entries, string key) =>
        entries.FirstOrDefault(entry => entry.Key == key)?.Value;

    static long? Number(RepeatedField<StringStringEntryProto> entries, string key) => Entry(entries, key) switch
    {
        null or "" => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        var text => throw new ModelException($"keeps its elements in a file beside the model at {key} '{text}', which is no number "
            + "of bytes"),
    };

    sealed class DataFile(SafeFileHandle handle)
    {
        string? _checksum;

        public SafeFileHandle Handle => handle;

        public long Length { get; } = RandomAccess.GetLength(handle);

        public long BytesRead { get; set; }

#pragma warning disable CA5350 // The format prescribes SHA-1; it guards against mistakes here, not against forgers.
        public string Checksum => _checksum ??= ComputeChecksum();

        string ComputeChecksum()
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
            var buffer = new byte[1 << 20];
            for (long offset = 0; RandomAccess.Read(handle, buffer, offset) is > 0 and var count; offset += count)
                hash.AppendData(buffer, 0, count);
            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
#pragma warning restore CA5350
    }
}
