using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tests.Kernels;

public sealed class StridedCopyTests
{
    [Fact]
    public void Equals_its_definition_for_random_layouts_of_every_element_size()
    {
        var random = new Random(20261121);
        for (var round = 0; round < 100; round++)
        {
            var extents = Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(round % 10 == 0 ? 0 : 1, round % 7 == 0 ? 40 : 6))
                .ToArray();
            if (new Shape(extents).Length > 4_000) continue;
            var (from, start) = RandomLayout(random, extents, mayRepeat: true);
            var (to, toStart) = RandomLayout(random, extents, mayRepeat: false);
            var source = Enumerable.Range(0, 130_000).Select(_ => (uint)random.Next()).ToArray();

            Check(extents, from, start, to, toStart, Array.ConvertAll(source, x => (byte)x));
            Check(extents, from, start, to, toStart, Array.ConvertAll(source, x => (ushort)x));
            Check(extents, from, start, to, toStart, source);
            Check(extents, from, start, to, toStart, Array.ConvertAll(source, x => (ulong)x << 20));
            if (round < 20) Check(extents, from, start, to, toStart, Array.ConvertAll(source, x => x.ToString()));
        }
    }

    [Fact]
    public void Transposes_planes_of_every_extent_around_the_tile()
    {
        for (var rows = 1; rows < 35; rows++)
        {
            for (var columns = 1; columns < 35; columns++)
            {
                var source = Enumerable.Range(0, rows * columns).Select(i => (uint)i).ToArray();
                Check([rows, columns], [1, rows], 0, [columns, 1], 0, source);
            }
        }
    }

    static void Check<T>(int[] extents, int[] from, int start, int[] to, int toStart, T[] source)
    {
        var (expected, actual) = (new T[130_000], new T[130_000]);
        Define(extents, 0, from, start, to, toStart, source, expected);

        new StridedCopy(extents, from, to, start, toStart).Invoke<T>(source, actual);

        actual.AsSpan().SequenceEqual(expected)
            .ShouldBeTrue($"extents [{string.Join(", ", extents)}], from [{string.Join(", ", from)}], to [{string.Join(", ", to)}]");
    }

    static void Define<T>(int[] extents, int axis, int[] from, int start, int[] to, int toStart, T[] source, T[] destination)
    {
        if (axis == extents.Length) destination[toStart] = source[start];
        else
        {
            for (var i = 0; i < extents[axis]; i++)
                Define(extents, axis + 1, from, start + i * from[axis], to, toStart + i * to[axis], source, destination);
        }
    }

    /// <summary>Dimensions in any order, with gaps between them; those of a source may also repeat or run backwards.</summary>
    static (int[] Strides, int Start) RandomLayout(Random random, int[] extents, bool mayRepeat)
    {
        var order = Enumerable.Range(0, extents.Length).ToArray();
        if (random.Next(2) == 0) random.Shuffle(order);
        var strides = new int[extents.Length];
        var (stride, start) = (1, 0);
        foreach (var axis in order.Reverse())
        {
            strides[axis] = stride;
            if (random.Next(4) == 0 && stride < 4_000) stride *= 2;
            stride *= Math.Max(1, extents[axis]);
            if (!mayRepeat) continue;
            if (random.Next(6) == 0) strides[axis] = 0;
            else if (random.Next(6) == 0)
            {
                start += strides[axis] * Math.Max(0, extents[axis] - 1);
                strides[axis] = -strides[axis];
            }
        }
        return (strides, start);
    }
}
