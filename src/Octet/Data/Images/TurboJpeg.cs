using System.Reflection;
using System.Runtime.InteropServices;

namespace Octet.Data.Images;

/// <summary>The part of libjpeg-turbo's TurboJPEG interface that Octet calls; as it is since version 2.0.</summary>
static partial class TurboJpeg
{
    const string Library = "turbojpeg";

    public const int PixelsRgb = 0;
    public const int PixelsGray = 6;
    public const int PixelsCmyk = 11;

    public const int ColorsGray = 2;
    public const int ColorsCmyk = 3;
    public const int ColorsYcck = 4;

    /// <summary>The slower, exact cosine transform, which Pillow uses too.</summary>
    public const int AccurateTransform = 4096;

    /// <summary>A progressive file of more than 500 scans is refused; each costs the time of a whole picture.</summary>
    public const int LimitScans = 32768;

    static readonly string[] FileNames =
        OperatingSystem.IsWindows() ? ["turbojpeg.dll", "libturbojpeg.dll"]
        : OperatingSystem.IsMacOS() ? ["libturbojpeg.dylib", "libturbojpeg.0.dylib", "/opt/homebrew/opt/jpeg-turbo/lib/libturbojpeg.dylib", "/usr/local/opt/jpeg-turbo/lib/libturbojpeg.dylib"]
        : ["libturbojpeg.so.0", "libturbojpeg.so"];

    static TurboJpeg() => NativeLibrary.SetDllImportResolver(typeof(TurboJpeg).Assembly, Resolve);

    /// <summary>The first of these files that the system finds.</summary>
    /// <exception cref="MissingLibraryException">It finds none.</exception>
    public static nint Load(IReadOnlyList<string> fileNames)
    {
        foreach (var fileName in fileNames)
        {
            if (NativeLibrary.TryLoad(fileName, out var handle)) return handle;
        }
        throw new MissingLibraryException(
            $"JPEG pictures need libturbojpeg, which is not installed ({string.Join(", ", fileNames)} not found). " +
            "Debian and Ubuntu: apt-get install libturbojpeg0. macOS: brew install jpeg-turbo. PNG pictures need nothing.");
    }

    static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Library ? Load(FileNames) : 0;

    /// <summary>The state of a decoder; one thread at a time may use it.</summary>
    public sealed class Decoder : SafeHandle
    {
        public Decoder() : base(0, ownsHandle: true) { }

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle() => tjDestroy(handle) == 0;
    }

    [LibraryImport(Library)]
    public static partial Decoder tjInitDecompress();

    [LibraryImport(Library)]
    private static partial int tjDestroy(nint decoder);

    [LibraryImport(Library)]
    public static unsafe partial int tjDecompressHeader3(Decoder decoder, byte* file, CULong length, out int width, out int height, out int subsampling, out int colors);

    [LibraryImport(Library)]
    public static unsafe partial int tjDecompress2(Decoder decoder, byte* file, CULong length, byte* pixels, int width, int pitch, int height, int format, int flags);

    [LibraryImport(Library)]
    private static partial nint tjGetErrorStr2(Decoder decoder);

    /// <summary>What went wrong in the last call.</summary>
    public static string ErrorOf(Decoder decoder) => Marshal.PtrToStringUTF8(tjGetErrorStr2(decoder)) ?? "unknown error";
}
