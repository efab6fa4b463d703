using System.Globalization;

namespace Octet.Cluster;

/// <summary>The group of processes that this one was started in.</summary>
/// <remarks>
/// The variables are those of OpenMPI's mpirun, of MPICH's Hydra and Slurm's <c>srun --mpi=pmi2</c> (PMI), and of <c>srun --mpi=pmix</c>.
/// </remarks>
public static class RankGroup
{
    static readonly string[] CountVariables = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"];
    static readonly string[] RankVariables = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK"];
    static readonly string[] NeighbourVariables = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"];

    /// <summary>Linux tells here which processors there are; a process that is bound sees fewer.</summary>
    const string ProcessorsFile = "/sys/devices/system/cpu/online";

    /// <summary>This process alone.</summary>
    public static IRankGroup Alone { get; } = new LoneRank();

    /// <summary>Whether the process was started as one of several.</summary>
    public static bool IsStarted => CountOf(Environment.GetEnvironmentVariable) > 1;

    /// <summary>Which of several this process is, without joining them; 0 where it is alone.</summary>
    public static int StartedRank => IsStarted ? Number(Environment.GetEnvironmentVariable, RankVariables) ?? 0 : 0;

    /// <summary>Joins the processes that this one was started with by <c>mpirun</c> or <c>srun</c>; alone where there are none. Once in a
    /// process; dispose of it at the end.</summary>
    /// <exception cref="ClusterException">There are others, but MPI is not installed or does not work.</exception>
    public static IRankGroup Join() => !IsStarted ? Alone
        : new MpiRanks(MpiLibrary.Load(Environment.GetEnvironmentVariable(CountVariables[0]) is not null));

    /// <summary>Processors for each of the processes that share this machine; all of them where the process is alone, or where it is bound
    /// to processors of its own.</summary>
    public static int Processors => ProcessorsFor(Environment.GetEnvironmentVariable, Environment.ProcessorCount, OnlineProcessors());

    internal static int ProcessorsFor(Func<string, string?> variable, int seen, int online) =>
        CountOf(variable) <= 1 || seen < online ? seen : Math.Max(1, seen / Math.Max(1, Number(variable, NeighbourVariables) ?? 1));

    /// <summary>How many processes there are. With PMIx the number is Slurm's; a PMI without a rank is a leftover of another
    /// tool.</summary>
    internal static int CountOf(Func<string, string?> variable) =>
        Number(variable, RankVariables) is null ? 1
        : Number(variable, CountVariables) ?? (variable("PMIX_RANK") is null ? 1 : Number(variable, ["SLURM_NTASKS"]) ?? 1);

    static int? Number(Func<string, string?> variable, IEnumerable<string> names) => names
        .Select(name => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : (int?)null)
        .FirstOrDefault(number => number is not null);

    /// <summary>The number of processors of the machine; 0 where the system does not tell.</summary>
    static int OnlineProcessors()
    {
        try
        {
            // 0-3,8-11
            return File.ReadAllText(ProcessorsFile).Trim().Split(',')
                .Select(span => span.Split('-').Select(int.Parse).ToArray()).Sum(ends => ends[^1] - ends[0] + 1);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
        {
            return 0;
        }
    }
}
