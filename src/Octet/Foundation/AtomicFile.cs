using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Octet.Foundation;

/// <summary>
/// Writes files so that no reader sees half of one: the content goes to an unfinished file beside it, which takes its name when all is
/// written. An exception, Ctrl-C or a request to end removes the unfinished file and leaves what was there before. A link stays, and the
/// file that it names is written.
/// </summary>
/// <remarks>Unfinished files belong to one process, and only it renames them; what a killed process left is removed by the next one that
/// writes into the folder.</remarks>
public static class AtomicFile
{
    /// <summary>SIGXFSZ of Linux and macOS: a file has grown to the limit of the process. Unheard, it ends the process; heard, writing
    /// fails with a reason.</summary>
    const int FileSizeExceeded = 25;

    static readonly ConcurrentDictionary<string, string> Unfinished = new();

    /// <summary>Kept alive for the life of the process; other handlers get the signals too, and then the process ends.</summary>
    static readonly PosixSignalRegistration[] Signals = [.. Listen()];

    /// <summary>Creates or replaces a file with what <paramref name="write"/> puts into the stream, which can seek.</summary>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">A signal to end came while it was written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(write);
        GC.KeepAlive(Signals);
        try
        {
            WriteAndRename(Create(path), path, write);
        }
        catch (Exception cause) when (IsOfSystem(cause))
        {
            throw new OutputFileException(path, ReasonOf(cause), cause);
        }
    }

    /// <summary>Why a file could not be written, found by beginning to; null where nothing is in the way.</summary>
    internal static string? ProblemOf(string path)
    {
        try
        {
            CloseAndRemove(Create(path));
            return null;
        }
        catch (OutputFileException problem)
        {
            return problem.Reason;
        }
        catch (Exception problem) when (IsOfSystem(problem))
        {
            return ReasonOf(problem);
        }
    }

    /// <summary>Whether the system has refused; a file that would grow over the limit of the process is told by .NET as if an argument were
    /// wrong.</summary>
    static bool IsOfSystem(Exception problem) => problem is IOException or UnauthorizedAccessException
        || problem is ArgumentOutOfRangeException
        && problem.StackTrace?.Contains("System.IO.RandomAccess", StringComparison.Ordinal) == true;

    /// <summary>What the system says, without the name of the unfinished file, which the user did not name.</summary>
    static string ReasonOf(Exception problem) =>
        problem is ArgumentOutOfRangeException
        ? "it would become larger than files may be here." : problem.Message.Split(" : '")[0].TrimEnd('.') + ".";

    static IEnumerable<PosixSignalRegistration> Listen()
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            yield return PosixSignalRegistration.Create(signal, _ => RemoveUnfinished());
        }
        if (!OperatingSystem.IsWindows())
            yield return PosixSignalRegistration.Create((PosixSignal)FileSizeExceeded, context => context.Cancel = true);
    }

    static void WriteAndRename(FileStream stream, string path, Action<Stream> write)
    {
        var partial = stream.Name;
        try
        {
            write(stream);
            stream.Flush(flushToDisk: true);
            stream.Dispose();
            if (!Unfinished.ContainsKey(partial))
                throw new OperationCanceledException($"'{path}' was not written: the program was told to end.");
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
        // A file that takes the name of a device or a pipe would be in everybody's way.
        if (folder == "/dev" || FileType.IsSpecial(target)) throw new OutputFileException(path, "it is a device or a pipe; name a file.");

        UnfinishedFiles.RemoveLeftIn(folder, Unfinished.ContainsKey);
        var name = UnfinishedFiles.NewNameFor(target);
        Unfinished[name] = path;
        try
        {
            // A new file is our own and no link.
            return new FileStream(name, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);
        }
        catch
        {
            Unfinished.TryRemove(name, out _);
            throw;
        }
    }

    /// <summary>The full path of the file that a path leads to, through links where there are some.</summary>
    internal static string Final(string path) =>
        new FileInfo(path) is { LinkTarget: not null } link
        ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);

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
