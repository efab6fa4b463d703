using Octet.Operators;
using Octet.Tensors;

namespace Octet.Tests.Operators;

/// <summary>Every function of one real number: its fast version against its definition.</summary>
public sealed class UnaryOperatorTests
{
    /// <summary>About eight units in the last place of a float.</summary>
    const double RelativeTolerance = 1e-6;

    /// <summary>Anything smaller may be given as zero; it is about a thousand times the least normal float.</summary>
    const double Negligible = 1e-35;

    /// <summary>GELU far below zero, where a share of less than 10⁻⁸ of the normal distribution counts as none.</summary>
    static readonly Dictionary<string, double> AbsoluteTolerances = new() { ["Gelu"] = 5e-8 };

    /// <summary>Limits that lie within the values tried.</summary>
    static readonly Attributes Limits = new() { ["min"] = -1.5f, ["max"] = 2.5f };

    static readonly Dictionary<string, UnaryOperator> Functions = OperatorTable.Rows
        .Where(row => row.Domain.Length == 0)
        .Select(row => (row, Operator: Create(row)))
        .Where(entry => entry.Operator is not null)
        .ToDictionary(entry => $"{entry.row.OpType}-{entry.row.Since}", entry => entry.Operator!);

    public static TheoryData<string> Names => [.. Functions.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_fast_version_agrees_with_the_definition_all_over_the_range(string name)
    {
        var x = new float[200_001];
        for (var i = 0; i < x.Length; i++) x[i] = (i - 100_000) * 1.3e-3f;
        var tiny = Enumerable.Range(-40, 60)
            .SelectMany(exponent => new[] { MathF.ScaleB(1.37f, exponent), -MathF.ScaleB(1.37f, exponent) });
        Agrees(Functions[name], [.. x, .. tiny, 0f, -0f, 1f, -1f]);
    }

    [Theory, MemberData(nameof(Names))]
    public void Not_a_number_stays_so_and_infinity_goes_where_the_definition_says(string name) =>
        Agrees(Functions[name], [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon]);

    [Theory, MemberData(nameof(Names))]
    public void A_result_does_not_depend_on_the_place_or_the_length_of_the_row(string name)
    {
        var random = new Random(4711);
        var x = Enumerable.Range(0, 257).Select(_ => (random.NextSingle() - 0.5f) * 20).ToArray();
        var whole = new float[x.Length];
        Functions[name].Map(x, whole);

        for (var length = 0; length <= x.Length; length++)
        {
            var part = new float[length];
            Functions[name].Map(x.AsSpan(x.Length - length), part);
            part.ShouldBe(whole[(x.Length - length)..], customMessage: $"length {length}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Elements_of_float64_are_computed_in_float64(string name)
    {
        var function = Functions[name];
        var y = function.RunOn(Tensor.Of([2], 0.3, 0.7))[0];

        y.Type.ShouldBe(DataType.Float64);
        y.AsSpan<double>().ToArray().ShouldBe([function.Definition(0.3), function.Definition(0.7)]);
    }

    /// <summary>The operator, if it is a function of one number; operators of other kinds may lack attributes here.</summary>
    static UnaryOperator? Create(OperatorRow row)
    {
        try
        {
            return row.Create(new(Limits)) as UnaryOperator;
        }
        catch (AttributeException)
        {
            return null;
        }
    }

    static void Agrees(UnaryOperator function, float[] x)
    {
        var y = new float[x.Length];
        function.Map(x, y);
        for (var i = 0; i < x.Length; i++)
        {
            if (!IsNear(function, x[i], y[i]))
                Assert.Fail($"{function.OpType}: f({x[i]:R}) = {function.Definition(x[i]):R}, but the fast version gives {y[i]:R}");
        }
    }

    /// <summary>Near the true result, or the true result for the next float: where digits cancel, nobody can do better than that.</summary>
    static bool IsNear(UnaryOperator function, float x, float y)
    {
        var expected = function.Definition(x);
        if ((float)expected == y || (double.IsNaN(expected) && float.IsNaN(y))) return true;
        if (Math.Abs(expected) < Negligible && Math.Abs(y) < Negligible) return true;

        var spread = Math.Max(Math.Abs(function.Definition(MathF.BitIncrement(x)) - expected),
            Math.Abs(function.Definition(MathF.BitDecrement(x)) - expected));
        return Math.Abs(expected - y) <= RelativeTolerance * Math.Abs(expected) + spread
            + AbsoluteTolerances.GetValueOrDefault(function.OpType);
    }
}
