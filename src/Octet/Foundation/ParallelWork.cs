using System.Runtime.ExceptionServices;

namespace Octet.Foundation;

/// <summary>Work on several threads, whose first failure is that of the caller.</summary>
static class ParallelWork
{
    /// <summary>Calls <paramref name="work"/> with each number below <paramref name="count"/>, on several threads.</summary>
    public static void ForEach(int count, int threads, Action<int> work)
    {
        try
        {
            Parallel.For(0, count, new() { MaxDegreeOfParallelism = threads }, work);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
