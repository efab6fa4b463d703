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

    /// <summary>Whether a path leads, also through links, to something that is neither a file nor a folder; false where there is
    /// nothing.</summary>
    public static bool IsSpecial(string path)
    {
        if (OperatingSystem.IsWindows() || path.Contains('\0', StringComparison.Ordinal)) return false;
        try
        {
            return Stat(path, out var status) == 0 && (status.Mode & KindMask) is not (Regular or Folder);
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return false;
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
