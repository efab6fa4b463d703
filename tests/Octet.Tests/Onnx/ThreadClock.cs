using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Octet.Tests.Onnx;

/// <summary>How long this thread has computed, which says the same on a busy machine as on an idle one. Plain time where the system does
/// not tell.</summary>
static partial class ThreadClock
{
    const int ThreadCpuTime = 3;

    public static TimeSpan Now
    {
        get
        {
            if (!OperatingSystem.IsLinux() || GetTime(ThreadCpuTime, out var time) != 0) return Stopwatch.GetElapsedTime(0);
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000);
        }
    }

    /// <summary>What <paramref name="step"/> gives, if it takes this thread less than <paramref name="limit"/>.</summary>
    public static T Within<T>(TimeSpan limit, Func<T> step)
    {
        var start = Now;
        var result = step();
        (Now - start).ShouldBeLessThan(limit);
        return result;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    struct Time
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
