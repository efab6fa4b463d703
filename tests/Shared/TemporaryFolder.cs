namespace Octet.TestSupport;

/// <summary>A folder that is gone when the test is over.</summary>
sealed class TemporaryFolder : IDisposable
{
    string? _left;

    public string Path { get; } = Directory.CreateTempSubdirectory("octet-test-").FullName;

    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Makes this the working directory until it is gone.</summary>
    public TemporaryFolder Enter()
    {
        _left ??= Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(Path);
        return this;
    }

    public void Dispose()
    {
        if (_left is not null) Directory.SetCurrentDirectory(_left);
        Directory.Delete(Path, recursive: true);
    }
}
