using Octet.Kernels;

namespace Octet.Tests.Kernels;

public sealed class ColumnStatisticsTests
{
    [Fact]
    public void The_fast_version_equals_its_definition_at_every_number_of_columns_around_the_vector_width()
    {
        var random = new Random(5);
        for (var columns = 1; columns <= 70; columns++)
        {
            for (var rows = 0; rows < 6; rows++)
            {
                var matrix = Enumerable.Range(0, rows * columns).Select(_ => (random.NextSingle() - 0.5f) * 100).ToArray();
                var (fast, definition) = (Known(columns), Known(columns));

                ColumnStatistics.Add(matrix, fast.Sums, fast.Lows, fast.Highs);
                ColumnStatistics.Reference(matrix, firstColumn: 0, definition.Sums, definition.Lows, definition.Highs);

                fast.Sums.ShouldBe(definition.Sums, $"{rows} × {columns}");
                fast.Lows.ShouldBe(definition.Lows, $"{rows} × {columns}");
                fast.Highs.ShouldBe(definition.Highs, $"{rows} × {columns}");
            }
        }
    }

    /// <summary>What is known before: sums, and extremes that some elements exceed.</summary>
    static (float[] Sums, float[] Lows, float[] Highs) Known(int columns) =>
        ([.. Enumerable.Range(0, columns).Select(column => column / 3f)], [.. Enumerable.Repeat(-40f, columns)],
            [.. Enumerable.Repeat(30f, columns)]);
}
