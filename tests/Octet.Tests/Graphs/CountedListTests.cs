using Octet.Graphs;

namespace Octet.Tests.Graphs;

/// <summary>A list that knows the places of its things does what a plain list does.</summary>
public sealed class CountedListTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(300)]
    public void Keeps_order_and_counts_as_a_list_does(int steps)
    {
        var random = new Random(steps);
        var things = Enumerable.Range(0, 40).Select(number => $"thing {number}").ToArray();
        var (list, expected) = (new CountedList<string>(), new List<string>());
        for (var step = 0; step < steps; step++)
        {
            var thing = things[random.Next(things.Length)];
            if (random.Next(3) > 0)
            {
                list.Add(thing);
                expected.Add(thing);
            }
            else list.Remove(thing).ShouldBe(expected.Remove(thing));

            list.Count.ShouldBe(expected.Count);
            list.Order().ShouldBe(expected.Order());
            list.Select((item, index) => list[index] == item).ShouldAllBe(same => same);
        }
    }

    [Fact]
    public void What_is_there_once_keeps_its_place()
    {
        var things = Enumerable.Range(0, 100).Select(number => $"thing {number}").ToArray();
        var list = new CountedList<string>();
        foreach (var thing in things) list.Add(thing);

        foreach (var thing in things.Where((_, index) => index % 3 != 0)) list.Remove(thing);

        list.ShouldBe(things.Where((_, index) => index % 3 == 0));
        list[1].ShouldBe(things[3]);
    }
}
