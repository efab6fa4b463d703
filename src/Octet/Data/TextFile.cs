using System.Text;

namespace Octet.Data;

/// <summary>Reads text that people or other tools wrote, and not more of it than is sensible: a file may be huge, or a device that never
/// ends.</summary>
static class TextFile
{
    /// <summary>Enough for a list of a million names.</summary>
    const int MaxCharacters = 1 << 26;

    /// <summary>The whole text.</summary>
    /// <param name="path">UTF-8, or what a byte order mark says.</param>
    /// <param name="max">The most characters to read.</param>
    /// <exception cref="IOException">The file cannot be read, or there are more.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string ReadAll(string path, int max = MaxCharacters)
    {
        using var reader = Open(path);
        var text = new StringBuilder();
        var buffer = new char[64 * 1024];
        while (reader.Read(buffer) is > 0 and var count)
        {
            if (text.Length + count > max) throw new IOException($"it has more than {max} characters");
            text.Append(buffer, 0, count);
        }
        return text.ToString();
    }

    /// <summary>As much as tells what kind of file it is.</summary>
    /// <inheritdoc cref="ReadAll"/>
    public static string Beginning(string path)
    {
        using var reader = Open(path);
        var buffer = new char[4096];
        return new(buffer, 0, reader.ReadBlock(buffer));
    }

    /// <summary>The lines without their ends.</summary>
    /// <inheritdoc cref="ReadAll"/>
    public static IEnumerable<string> ReadLines(string path)
    {
        using var reader = new StringReader(ReadAll(path));
        while (reader.ReadLine() is { } line) yield return line;
    }

    /// <summary>Rejects with a message of Octet what the framework would reject with its own.</summary>
    static StreamReader Open(string path)
    {
        if (Directory.Exists(path)) throw new IOException("it is a folder; name the file in it");
        if (!File.Exists(path)) throw new FileNotFoundException("it does not exist");
        if (FileType.MayWaitForEver(path)) throw new IOException($"it {FileType.Closed}");
        return new(path);
    }
}
