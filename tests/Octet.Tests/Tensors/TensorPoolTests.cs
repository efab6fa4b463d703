using System.Runtime.CompilerServices;
using Octet.Tensors;

namespace Octet.Tests.Tensors;

public sealed class TensorPoolTests
{
    readonly TensorPool _pool = new();

    [Fact]
    public void Memory_that_was_given_back_serves_another_type_and_shape()
    {
        var floats = _pool.Rent(DataType.Float32, [2, 30]);
        _pool.Return(floats);

        var integers = _pool.Rent(DataType.Int64, [5, 6]);

        integers.Type.ShouldBe(DataType.Int64);
        integers.Shape.ShouldBe([5, 6]);
        SharesMemory(integers, floats).ShouldBeTrue();
        SharesMemory(_pool.Rent(DataType.Int64, [5, 6]), floats).ShouldBeFalse();
    }

    [Fact]
    public void The_smallest_block_that_is_large_enough_is_taken_and_a_view_never_shrinks_it()
    {
        var (large, small) = (_pool.Rent(DataType.Float32, [400]), _pool.Rent(DataType.Float32, [200]));
        _pool.Return(large);
        _pool.Return(small);

        var first = _pool.Rent(DataType.Float32, [150]);
        SharesMemory(first, small).ShouldBeTrue();
        SharesMemory(_pool.Rent(DataType.Float32, [150]), large).ShouldBeTrue();

        _pool.Return(first);
        SharesMemory(_pool.Rent(DataType.Float32, [200]), small).ShouldBeTrue();
    }

    [Fact]
    public void Large_blocks_are_not_spent_on_small_tensors_and_small_ones_make_room_for_large()
    {
        var large = _pool.Rent(DataType.Float32, [100_000]);
        _pool.Return(large);
        SharesMemory(_pool.Rent(DataType.Float32, [1]), large).ShouldBeFalse();

        SharesMemory(_pool.Rent(DataType.Float32, [200_000]), large).ShouldBeFalse();
        SharesMemory(_pool.Rent(DataType.Float32, [100_000]), large).ShouldBeFalse();
    }

    [Fact]
    public void Strings_are_never_shared()
    {
        var strings = _pool.Rent(DataType.String, [2]);
        strings.Strings[0] = "kept";
        _pool.Return(strings);

        _pool.Rent(DataType.String, [2]).Strings[0].ShouldBe("");
    }

    static bool SharesMemory(Tensor one, Tensor other) => Unsafe.AreSame(ref one.Bytes[0], ref other.Bytes[0]);
}
