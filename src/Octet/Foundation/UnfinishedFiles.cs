using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Octet.Foundation;

/// <summary>
/// The names of unfinished files, <c>NAME.octet-MACHINE-PROCESS-RANDOM.partial</c>, which tell whose they are.
/// A file is left over if its process has ended and no process has it open.
/// </summary>
static partial class UnfinishedFiles
{
    /// <summary>Bytes that file systems allow in a name.</summary>
    const int MaxNameBytes = 255;

    /// <summary>A folder that many machines share has files of processes that cannot be asked for here.</summary>
    static readonly string Machine = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Environment.MachineName)))[..8];

    /// <summary>A name that no other process makes, beside the file.</summary>
    public static string NewNameFor(string target)
    {
        var ending = string.Create(CultureInfo.InvariantCulture,
            $".octet-{Machine}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}.partial");
        var name = Path.GetFileName(target);
        while (Encoding.UTF8.GetByteCount(name) + ending.Length > MaxNameBytes) name = name[..^1];
        return Path.Combine(Path.GetDirectoryName(target)!, name + ending);
    }

    /// <summary>Removes what killed processes of this machine left in a folder.</summary>
    /// <param name="folder">Where to look; not in the folders within it.</param>
    /// <param name="isMine">Whether this process is writing a file.</param>
    public static void RemoveLeftIn(string folder, Predicate<string> isMine)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.partial"))
            {
                if (Form().Match(Path.GetFileName(file)) is { Success: true } match && match.Groups["machine"].Value == Machine
                    && int.TryParse(match.Groups["process"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                    && !isMine(file) && !IsRunning(process))
                {
                    RemoveIfClosed(file);
                }
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be read may still be written.
        }
    }

    /// <summary>This process is not asked, for containers give the same number to one after the other: what it is writing, it
    /// knows.</summary>
    static bool IsRunning(int process)
    {
        if (process == Environment.ProcessId) return false;
        try
        {
            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception problem) when (problem is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return true; // it exists, but belongs to another user
        }
    }

    static void RemoveIfClosed(string file)
    {
        try
        {
            // The writer holds a lock, which other containers see too.
            using (new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None)) { }
            File.Delete(file);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // In use, gone already, or not ours to remove.
        }
    }

    [GeneratedRegex(@"\.octet-(?<machine>[0-9a-f]{8})-(?<process>[0-9]{1,10})-[0-9a-f]{8}\.partial$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
