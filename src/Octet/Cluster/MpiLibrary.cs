using System.Runtime.InteropServices;

namespace Octet.Cluster;

/// <summary>
/// The functions of MPI that Octet uses, in the library that is installed: OpenMPI 4 and 5, or MPICH and those with its binary interface
/// (Intel MPI, MS-MPI). Found at run time, so that nothing is needed where one process works alone.
/// </summary>
/// <remarks>
/// Handles are pointers to exported symbols in OpenMPI, and whole numbers in MPICH (mpi.h of MPICH 4: MPI_COMM_WORLD, MPI_BYTE). Whole
/// numbers are passed in registers too, so that one signature does for both. Nothing is received into a status.
/// </remarks>
sealed unsafe class MpiLibrary
{
    /// <summary>Names a library where it is not found by itself.</summary>
    const string PathVariable = "OCTET_MPI";

    /// <summary>MPI_THREAD_SERIALIZED: any thread may call, one at a time.</summary>
    const int Serialized = 2;

    static readonly string[] OpenMpiNames = ["libmpi.so.40", "libmpi.40.dylib", "libmpi.so", "libmpi.dylib"];
    static readonly string[] MpichNames = ["libmpi.so.12", "libmpich.so.12", "libmpi.12.dylib", "libmpich.dylib", "msmpi.dll"];

    readonly nint _library;
    readonly nint _world;
    readonly nint _byte;

    /// <summary>MPI_STATUS_IGNORE.</summary>
    readonly nint _noStatus;

    MpiLibrary(nint library)
    {
        _library = library;
        var isOpenMpi = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _world);
        _byte = isOpenMpi ? Find("ompi_mpi_byte") : 0x4c00010d;
        if (!isOpenMpi) _world = 0x44000000;
        _noStatus = isOpenMpi ? 0 : 1;
    }

    /// <summary>The library of the tool that started this process, or another that is there.</summary>
    /// <param name="isOpenMpi">Whether OpenMPI is to be looked for first.</param>
    /// <exception cref="ClusterException">None is found.</exception>
    public static MpiLibrary Load(bool isOpenMpi)
    {
        if (Environment.GetEnvironmentVariable(PathVariable) is { Length: > 0 } path)
            return NativeLibrary.TryLoad(path, out var named) ? new(named)
                : throw new ClusterException($"{PathVariable} names '{path}', which is no library that can be loaded.");
        string[] names = isOpenMpi ? [.. OpenMpiNames, .. MpichNames] : [.. MpichNames, .. OpenMpiNames];
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library)) return new(library);
        }
        throw new ClusterException($"This process was started as one of several by MPI, but its library is not found (looked for "
            + $"{string.Join(", ", names)}). Install OpenMPI or MPICH on each machine, or let {PathVariable} name the file.");
    }

    /// <exception cref="ClusterException">MPI cannot begin, or lets only one thread call it.</exception>
    public void Begin()
    {
        var provided = 0;
        var initialize = (delegate* unmanaged<nint, nint, int, int*, int>)Find("MPI_Init_thread");
        Check(initialize(0, 0, Serialized, &provided), "MPI_Init_thread");
        if (provided < Serialized)
            throw new ClusterException("This MPI was built for one thread only; install one with thread support.");
    }

    public int Rank() => Number("MPI_Comm_rank");

    public int Count() => Number("MPI_Comm_size");

    public void Broadcast(Span<byte> bytes, int root)
    {
        var call = (delegate* unmanaged<byte*, int, nint, int, nint, int>)Find("MPI_Bcast");
        fixed (byte* data = bytes) Check(call(data, bytes.Length, _byte, root, _world), "MPI_Bcast");
    }

    public void Gather(ReadOnlySpan<byte> own, Span<byte> all) => Exchange("MPI_Allgather", own, own.Length, all);

    public void Trade(ReadOnlySpan<byte> blocks, Span<byte> received, int ranks) =>
        Exchange("MPI_Alltoall", blocks, blocks.Length / ranks, received);

    void Exchange(string name, ReadOnlySpan<byte> sent, int length, Span<byte> received)
    {
        var call = (delegate* unmanaged<byte*, int, nint, byte*, int, nint, nint, int>)Find(name);
        fixed (byte* from = sent, to = received) Check(call(from, length, _byte, to, length, _byte, _world), name);
    }

    /// <summary>Begins to wait for all ranks.</summary>
    public nint BeginBarrier()
    {
        nint request = 0;
        var call = (delegate* unmanaged<nint, nint*, int>)Find("MPI_Ibarrier");
        Check(call(_world, &request), "MPI_Ibarrier");
        return request;
    }

    /// <summary>Whether all ranks have come.</summary>
    public bool HasEnded(ref nint request)
    {
        var flag = 0;
        var call = (delegate* unmanaged<nint*, int*, nint, int>)Find("MPI_Test");
        fixed (nint* pending = &request) Check(call(pending, &flag, _noStatus), "MPI_Test");
        return flag != 0;
    }

    public void Abort(int exitCode) => ((delegate* unmanaged<nint, int, int>)Find("MPI_Abort"))(_world, exitCode);

    public void End() => Check(((delegate* unmanaged<int>)Find("MPI_Finalize"))(), "MPI_Finalize");

    int Number(string name)
    {
        var number = 0;
        Check(((delegate* unmanaged<nint, int*, int>)Find(name))(_world, &number), name);
        return number;
    }

    nint Find(string name) => NativeLibrary.GetExport(_library, name);

    static void Check(int code, string name)
    {
        if (code != 0) throw new ClusterException($"{name} failed with code {code}.");
    }
}
