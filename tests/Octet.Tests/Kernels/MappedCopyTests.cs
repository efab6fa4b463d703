using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Tests.Kernels;

public sealed class MappedCopyTests
{
    [Fact]
    public void Equals_its_definition_for_random_maps()
    {
        var random = new Random(99);
        for (var round = 0; round < 300; round++)
        {
            var source = new Shape([.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(1, 5))]);
            var maps = source.Dimensions.ToArray().Select(extent => random.Next(2) == 0 ? null
                : Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(-1, extent)).ToArray()).ToArray();
            var destination = new Shape([.. maps.Select((map, axis) => map?.Length ?? source[axis])]);
            var x = Enumerable.Range(1, source.Length).ToArray();
            var actual = new int[destination.Length];

            new MappedCopy(source, destination, maps).Invoke<int>(x, actual);

            actual.ShouldBe(Enumerable.Range(0, destination.Length).Select(i => Define(x, source, destination, maps, i)),
                customMessage: $"{source} to {destination}, round {round}");
        }
    }

    static int Define(int[] x, Shape source, Shape destination, int[]?[] maps, int place)
    {
        var from = 0;
        for (var axis = 0; axis < source.Rank; axis++)
        {
            var i = place / destination.LengthOf(axis + 1, destination.Rank) % destination[axis];
            var mapped = maps[axis] is { } map ? map[i] : i;
            if (mapped < 0) return 0;
            from = from * source[axis] + mapped;
        }
        return x[from];
    }
}
