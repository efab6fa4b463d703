using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Octet.Tensors;

namespace Octet.Tests.Tensors;

public sealed class TensorTests
{
    [Fact]
    public void A_new_tensor_is_zero_and_aligned()
    {
        foreach (var length in (int[])[0, 1, 3, 17, 1000])
        {
            var tensor = new Tensor(DataType.Float32, [length]);

            tensor.Floats.ToArray().ShouldBe(new float[length]);
            Address(tensor).ShouldBe(Address(tensor) / 64 * 64);
        }
        new Tensor(DataType.String, [2]).Strings.ToArray().ShouldBe(["", ""]);
    }

    [Fact]
    public void A_type_without_elements_and_a_size_without_memory_are_refused()
    {
        Should.Throw<NotSupportedException>(() => new Tensor(DataType.Undefined, [1]));
        Should.Throw<ShapeException>(() => new Tensor(DataType.Float64, [1 << 30])).Message.ShouldContain("8589934592 bytes");
    }

    [Fact]
    public void Elements_read_as_their_own_type_alone()
    {
        var tensor = Tensor.Of([2, 2], 1f, 2f, 3f, 4f);

        tensor.Floats.ToArray().ShouldBe([1f, 2f, 3f, 4f]);
        tensor.ToString().ShouldBe("float32 [2, 2]");
        Should.Throw<InvalidOperationException>(() => tensor.Longs.Length).Message.ShouldBe("A tensor of float32 was read as int64.");
        Should.Throw<InvalidOperationException>(() => tensor.Strings.Length);
        Should.Throw<ArgumentException>(() => Tensor.Of([3], 1f));
        Should.Throw<NotSupportedException>(() => Tensor.Scalar('a'));
    }

    [Theory]
    [InlineData(DataType.UInt4, 1), InlineData(DataType.UInt2, 1), InlineData(DataType.Float8E5M2, 1), InlineData(DataType.UInt8, 1)]
    public void Small_types_read_as_bytes(DataType type, int size)
    {
        var tensor = new Tensor(type, [5]);

        tensor.AsSpan<byte>().Length.ShouldBe(5);
        tensor.Bytes.Length.ShouldBe(5 * size);
    }

    [Fact]
    public void Signed_small_types_read_as_sbyte_and_bfloat16_as_its_bits()
    {
        new Tensor(DataType.Int4, [3]).AsSpan<sbyte>().Length.ShouldBe(3);
        new Tensor(DataType.BFloat16, [3]).AsSpan<ushort>().Length.ShouldBe(3);
        Should.Throw<InvalidOperationException>(() => new Tensor(DataType.Int4, [3]).AsSpan<byte>().Length);
    }

    [Fact]
    public void Views_share_memory_and_clones_do_not()
    {
        var tensor = Tensor.Of([3, 2], 0f, 1f, 2f, 3f, 4f, 5f);
        var (flat, rows, clone) = (tensor.Reshape([6]), tensor.Slice(1, 2), tensor.Clone());

        tensor.Floats[4] = 40;

        flat.Floats[4].ShouldBe(40);
        rows.Shape.ShouldBe([2, 2]);
        rows.Floats.ToArray().ShouldBe([2f, 3f, 40f, 5f]);
        clone.Floats.ToArray().ShouldBe([0f, 1f, 2f, 3f, 4f, 5f]);
        Should.Throw<ArgumentException>(() => tensor.Reshape([5]));
        Should.Throw<ArgumentOutOfRangeException>(() => tensor.Slice(2, 2));
    }

    [Fact]
    public void Copies_go_between_tensors_of_one_type_and_length()
    {
        var (from, to) = (Tensor.Vector(1, 2, 3), new Tensor(DataType.Int64, [3, 1]));

        from.CopyTo(to);

        to.Longs.ToArray().ShouldBe([1L, 2, 3]);
        Should.Throw<ArgumentException>(() => from.CopyTo(new(DataType.Int64, [2])));
        Should.Throw<ArgumentException>(() => from.CopyTo(new(DataType.Int32, [3])));
        Tensor.OfStrings([2], ["a", "b"]).Clone().Strings.ToArray().ShouldBe(["a", "b"]);
    }

    [Fact]
    public void A_wrapped_array_is_the_memory_of_the_tensor()
    {
        var array = new float[] { 1, 2, 3, 4, 5, 6 };
        var tensor = Tensor.Wrap([2, 3], array);

        array[0] = 10;
        tensor.Floats[5] = 60;

        tensor.Type.ShouldBe(DataType.Float32);
        tensor.Floats.ToArray().ShouldBe([10f, 2, 3, 4, 5, 60]);
        array[5].ShouldBe(60);
        Unsafe.AreSame(ref tensor.Floats[0], ref array[0]).ShouldBeTrue();
        tensor.Reshape([6]).Floats[5].ShouldBe(60);
        tensor.Slice(1, 1).Floats.ToArray().ShouldBe([4f, 5, 60]);
        tensor.Clone().Floats[0].ShouldBe(10);
        tensor.Memory.ToArray().ShouldBe(tensor.Bytes.ToArray());
    }

    [Fact]
    public void A_part_of_an_array_can_be_wrapped()
    {
        var array = new long[] { 1, 2, 3, 4 };

        Tensor.Wrap([2], array.AsMemory(1, 2)).Longs.ToArray().ShouldBe([2L, 3]);
        Should.Throw<ArgumentException>(() => Tensor.Wrap([3], array)).Message.ShouldContain("4 elements do not fill shape [3]");
        Should.Throw<ArgumentNullException>(() => Tensor.Wrap<float>([3], null!));
        Should.Throw<NotSupportedException>(() => Tensor.Wrap([1], new char[1]));
        Tensor.Wrap([0], Array.Empty<float>()).Floats.Length.ShouldBe(0);
    }

    [Fact]
    public void Each_type_of_elements_can_be_wrapped()
    {
        Tensor.Wrap([1], new[] { true }).Type.ShouldBe(DataType.Bool);
        Tensor.Wrap([1], new[] { (Half)1 }).AsSpan<Half>()[0].ShouldBe((Half)1);
        Tensor.Wrap([1], new byte[] { 7 }).AsSpan<byte>()[0].ShouldBe((byte)7);
        Tensor.Wrap([1], new[] { 1.5 }).AsSpan<double>()[0].ShouldBe(1.5);
    }

    [Fact]
    public async Task Wrapped_memory_stays_where_it_is_as_long_as_a_view_of_it_is_there()
    {
        var view = ViewOfAWrappedArray();
        var before = Address(view);
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            await Task.Run(GC.WaitForPendingFinalizers, TestContext.Current.CancellationToken);
        }

        Address(view).ShouldBe(before);
        view.Floats.ToArray().ShouldBe([3f, 4f]);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static Tensor ViewOfAWrappedArray() => Tensor.Wrap([2, 2], new float[] { 1, 2, 3, 4 }).Slice(1, 1);

    [Fact]
    public void Memory_with_an_owner_can_be_wrapped()
    {
        using var owner = MemoryPool<float>.Shared.Rent(100);
        var tensor = Tensor.Wrap([10, 10], owner.Memory[..100]);

        tensor.Floats.Fill(2);

        owner.Memory.Span[99].ShouldBe(2);
    }

    /// <summary>Kernels read a vector past the end, which must not be another page.</summary>
    [Fact]
    public void Spare_bytes_are_there_unless_the_memory_ends_at_the_end_of_a_page()
    {
        var array = GC.AllocateArray<byte>(3 * Environment.SystemPageSize, pinned: true);
        var toPage = (int)(Environment.SystemPageSize - Address(Tensor.Wrap([array.Length], array)) % Environment.SystemPageSize);

        Tensor.Wrap([toPage], array.AsMemory(0, toPage)).HasSpareBytes.ShouldBeFalse();
        Tensor.Wrap([toPage - 63], array.AsMemory(0, toPage - 63)).HasSpareBytes.ShouldBeFalse();
        Tensor.Wrap([toPage - 64], array.AsMemory(0, toPage - 64)).HasSpareBytes.ShouldBeTrue();
        Tensor.Wrap([toPage + 1], array.AsMemory(0, toPage + 1)).HasSpareBytes.ShouldBeTrue();
        new Tensor(DataType.UInt8, [toPage]).HasSpareBytes.ShouldBeTrue();
    }

    static unsafe long Address(Tensor tensor) => (long)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.Bytes));
}
