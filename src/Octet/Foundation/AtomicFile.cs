using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Octet.Foundation;

/// <summary>
/// Writes files so that nobody ever sees half of one: the content goes to <c>NAME.partial</c> beside the file, which takes its name when all is written.
/// An exception, Ctrl-C or a request to end removes the partial file and leaves what was there before. A link stays, and the file that it names is written.
/// </summary>
public static class AtomicFile
{
    static readonly ConcurrentDictionary<string, string> Unfinished = new();

    /// <summary>Kept alive for the life of the process; the signals go on to whoever else listens, and then end the process.</summary>
    static readonly PosixSignalRegistration[] Signals =
        [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, _ => RemoveUnfinished()))];

    /// <summary>Creates or replaces a file with what <paramref name="write"/> puts into the stream, which can seek.</summary>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">A signal to end came while it was written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        GC.KeepAlive(Signals);
        try
        {
            WriteAndRename(Create(path), path, write);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException(path, cause.Message, cause);
        }
    }

    static void WriteAndRename(FileStream stream, string path, Action<Stream> write)
    {
        var partial = stream.Name;
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            stream.Dispose();
            if (!Unfinished.ContainsKey(partial)) throw new OperationCanceledException($"'{path}' was not written: the program was told to end.");
            File.Move(partial, Final(path), overwrite: true);
        }
        finally
        {
            CloseAndRemove(stream);
        }
    }

    static void CloseAndRemove(FileStream stream)
    {
        try
        {
            stream.Dispose();
        }
        finally
        {
            // On a full disk closing fails too, since it writes what is left.
            Remove(stream.Name);
        }
    }

    static FileStream Create(string path)
    {
        if (path.Length == 0) throw new OutputFileException(path, "a file needs a name.");
        if (Directory.Exists(path)) throw new OutputFileException(path, "a folder has this name.");
        var target = Final(path);
        var folder = Path.GetDirectoryName(target);
        if (!Directory.Exists(folder)) throw new OutputFileException(path, $"there is no folder '{folder}'.");
        // A file that takes the name of a device would be in everybody's way.
        if (folder == "/dev") throw new OutputFileException(path, "it is a device; name a file.");

        var stream = new FileStream(target + ".partial", FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);
        Unfinished[stream.Name] = path;
        return stream;
    }

    /// <summary>The full path of the file that a path leads to, through links where there are some.</summary>
    internal static string Final(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);

    /// <summary>What happens when a signal to end comes.</summary>
    internal static void RemoveUnfinished()
    {
        foreach (var partial in Unfinished.Keys) Remove(partial);
    }

    /// <summary>The one who takes it off the list deletes it; a file that took its name is no longer there.</summary>
    static void Remove(string partial)
    {
        if (Unfinished.TryRemove(partial, out _)) File.Delete(partial);
    }
}
