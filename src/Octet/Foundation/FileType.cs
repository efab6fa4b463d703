using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Foundation;

/// <summary>Tells files from pipes, sockets and devices, whose opening may wait for ever and whose reading may never end.</summary>
static partial class FileType
{
    const int KindMask = 0xF000;
    const int Folder = 0x4000;
    const int Regular = 0x8000;

    /// <summary>What messages say of such a path.</summary>
    public const string Special = "is a pipe or a device; give a file";

    /// <summary>What messages say of such a path where an open pipe would do.</summary>
    public const string Closed = "is a pipe or a device, whose opening may wait for ever; give a file, or pipe it to /dev/stdin";

    const int Pipe = 0x1000;
    const int Socket = 0xC000;

    /// <summary>Whether a path leads, also through links, to something that is neither a file nor a folder; false where there is
    /// nothing.</summary>
    public static bool IsSpecial(string path) => KindOf(path) is not (null or Regular or Folder);

    /// <summary>Whether opening a path can wait for somebody who never comes, or reading it never end: it is special, and no pipe that this
    /// process was started with, as <c>/dev/stdin</c> is and the <c>/dev/fd/63</c> that shells make of <c>&lt;(command)</c>.</summary>
    public static bool MayWaitForEver(string path) =>
        KindOf(path) is { } kind && kind is not (Regular or Folder) && !(kind is Pipe or Socket && IsOpenHere(path));

    static bool IsOpenHere(string path) =>
        Path.GetFullPath(path) is "/dev/stdin" or ['/', 'd', 'e', 'v', '/', 'f', 'd', '/', ..]
        || Path.GetFullPath(path).StartsWith("/proc/self/fd/", StringComparison.Ordinal);

    /// <summary>Null where there is nothing, or the system does not say.</summary>
    static int? KindOf(string path)
    {
        if (OperatingSystem.IsWindows() || path.Contains('\0', StringComparison.Ordinal)) return null;
        try
        {
            return Stat(path, out var status) == 0 ? status.Mode & KindMask : null;
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The runtime's own call, which is the same on all systems but Windows; .NET shows the kind of a file nowhere else.</summary>
    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Stat(string path, out Status status);

    /// <summary>Only the beginning is looked at; the rest is room for what the runtime writes.</summary>
    struct Status
    {
        public int Flags;
        public int Mode;
        public Room Rest;
    }

    [InlineArray(64)]
    struct Room
    {
        long _first;
    }
}
