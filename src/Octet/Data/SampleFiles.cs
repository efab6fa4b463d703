namespace Octet.Data;

/// <summary>The files that reading a folder or a list of samples or labels would open.</summary>
static class SampleFiles
{
    static readonly string[] LabelEndings = [".TXT", ".JSON", ".CSV"];

    /// <summary>Whether a file is the given one, lies in it as a sample or a label, or is named by it.</summary>
    /// <param name="source">A file, a folder of samples or labels, or a list of samples; it may be absent or no such thing.</param>
    /// <param name="file">The full path of a file.</param>
    public static bool Include(string source, string file)
    {
        try
        {
            if (AtomicFile.Final(source) == file) return true;
            if (Directory.Exists(source))
                return File.Exists(file) && IsRead(file)
                    && file.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source)) + Path.DirectorySeparatorChar,
                        StringComparison.Ordinal);
            return File.Exists(source) && !FileType.IsSpecial(source) && IsText(source) && File.Exists(file)
                && SampleList.FilesIn(source).Any(path => AtomicFile.Final(path) == file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or OctetException)
        {
            return false; // what cannot be read is told when it is to be read
        }
    }

    static bool IsRead(string file) =>
        SampleFileKinds.Of(file) != SampleFileKind.Other || LabelEndings.Contains(Path.GetExtension(file).ToUpperInvariant());

    static bool IsText(string file) =>
        SampleFileKinds.Of(file) == SampleFileKind.Other && !file.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase)
        && new FileInfo(file).Length < 1 << 26;
}
