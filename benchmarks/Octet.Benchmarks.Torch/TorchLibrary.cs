using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Octet.Benchmarks.Torch;

/// <summary>
/// TorchSharp's library wants a version of libstdc++ (that of GCC 13) of which it uses nothing, and Debian 12 has an older one. Where that
/// is so, the want is marked as weak in the copy beside this program, and the loader lets it pass.
/// </summary>
/// <remarks>Source: System V ABI and its GNU extensions: .gnu.version_r holds Verneed and Vernaux records; VER_FLG_WEAK is 2.</remarks>
static class TorchLibrary
{
    const string Wanted = "GLIBCXX_3.4.32";
    const int NeedsSection = 0x6ffffffe;
    const ushort Weak = 2;

    /// <summary>Makes the library load; call it before anything of TorchSharp.</summary>
    public static void Prepare()
    {
        if (!OperatingSystem.IsLinux()) return;
        var path = new[] { "", "runtimes/linux-x64/native" }
            .Select(folder => Path.Combine(AppContext.BaseDirectory, folder, "libLibTorchSharp.so")).FirstOrDefault(File.Exists);
        if (path is null || SystemHas(Wanted)) return;
        var file = File.ReadAllBytes(path);
        if (!MarkWeak(file)) return;
        File.WriteAllBytes(path + ".partial", file);
        File.Move(path + ".partial", path, overwrite: true);
    }

    static bool SystemHas(string version) =>
        NativeLibrary.TryLoad("libstdc++.so.6", out _)
        && File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[^1])
            .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libstdc++.so", StringComparison.Ordinal)) is { } path
        && File.ReadAllBytes(path).AsSpan().IndexOf(Encoding.ASCII.GetBytes(version + "\0")) >= 0;

    /// <returns>Whether the file has changed.</returns>
    static bool MarkWeak(byte[] file)
    {
        var (sections, size, count) = ((int)BitConverter.ToInt64(file, 40), U16(58), U16(60));
        for (var section = sections; section < sections + count * size; section += size)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(section + 4)) != NeedsSection) continue;
            var names = Offset(sections + (int)U32(section + 40) * size);
            for (var need = Offset(section); ; need += (int)U32(need + 12))
            {
                for (var entry = need + (int)U32(need + 8); ; entry += (int)U32(entry + 12))
                {
                    var name = file.AsSpan(names + (int)U32(entry + 8));
                    if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == Wanted)
                    {
                        if (U16(entry + 4) == Weak) return false;
                        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(entry + 4), Weak);
                        return true;
                    }
                    if (U32(entry + 12) == 0) break;
                }
                if (U32(need + 12) == 0) break;
            }
        }
        return false;

        ushort U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));
        uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
        int Offset(int section) => (int)BitConverter.ToInt64(file, section + 24);
    }
}
