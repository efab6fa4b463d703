using System.Runtime.InteropServices;

namespace Octet.Tests.Kernels;

/// <summary>Memory behind a page that may not be touched: to read before its first byte ends the process. Linux only.</summary>
sealed unsafe partial class GuardedMemory : IDisposable
{
    const int ReadWrite = 3, PrivateAnonymous = 0x22;

    readonly nuint _length;
    readonly byte* _pages;

    /// <param name="bytes">How many; a page more can be touched behind them, as behind a tensor.</param>
    public GuardedMemory(int bytes)
    {
        var page = (nuint)Environment.SystemPageSize;
        _length = page + ((nuint)bytes + page - 1) / page * page + page;
        _pages = Map(null, _length, 0, PrivateAnonymous, -1, 0);
        if (_pages == (byte*)-1) throw new InvalidOperationException("no pages could be mapped");
        Start = _pages + page;
        if (Protect(Start, _length - page, ReadWrite) != 0) throw new InvalidOperationException("pages could not be made accessible");
    }

    public byte* Start { get; }

    public void Dispose() => _ = Unmap(_pages, _length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
