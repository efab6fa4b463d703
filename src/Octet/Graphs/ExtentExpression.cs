using System.Numerics;
using System.Text;

namespace Octet.Graphs;

/// <summary>
/// An extent that depends on sizes which a model leaves open: a sum of products of their names over a number, rounded down, as in
/// <c>height//4</c>,
/// <c>(width + 1)//2</c> or <c>past + 1</c>. Equal expressions have equal text.
/// </summary>
sealed class ExtentExpression
{
    /// <summary>Longer texts come from no exporter.</summary>
    const int MaxLength = 200;

    /// <summary>Factor by product; a product is its names in ordinal order, joined by *; the empty one stands for 1. No factor is
    /// 0.</summary>
    readonly SortedDictionary<string, BigInteger> _terms = new(StringComparer.Ordinal);

    readonly BigInteger _divisor;

    /// <param name="terms">Products of names, each with its factor.</param>
    /// <param name="divisor">What their sum is divided by; greater than zero.</param>
    public ExtentExpression(IEnumerable<(IEnumerable<string> Names, BigInteger Factor)> terms, BigInteger divisor)
    {
        foreach (var (names, factor) in terms)
        {
            var product = string.Join('*', names.Order(StringComparer.Ordinal));
            _terms[product] = _terms.GetValueOrDefault(product) + factor;
        }
        foreach (var (product, _) in _terms.Where(term => term.Value.IsZero).ToArray()) _terms.Remove(product);
        var common = _terms.Values.Aggregate(divisor, BigInteger.GreatestCommonDivisor);
        foreach (var product in _terms.Keys.ToArray()) _terms[product] /= common;
        _divisor = divisor / common;
    }

    /// <summary>The names that it depends on.</summary>
    public IEnumerable<string> Names =>
        _terms.Keys.Where(product => product.Length > 0).SelectMany(product => product.Split('*')).Distinct();

    /// <summary>The extent for sizes that are numbers.</summary>
    public BigInteger At(Func<string, int> sizeOf)
    {
        var sum = _terms.Aggregate(BigInteger.Zero, (sum, term) =>
            sum + (term.Key.Length == 0
                ? term.Value : term.Key.Split('*').Aggregate(term.Value, (product, name) => product * sizeOf(name))));
        var quotient = BigInteger.DivRem(sum, _divisor, out var rest);
        return rest.Sign < 0 ? quotient - 1 : quotient;
    }

    /// <summary>Reads what exporters write as the name of an extent: a name, or a sum of products of names and numbers; null for anything
    /// else.</summary>
    public static ExtentExpression? Parse(string text)
    {
        if (text.Length > MaxLength) return null;
        var terms = new List<(IEnumerable<string>, BigInteger)>();
        foreach (var term in text.Replace("-", "+-", StringComparison.Ordinal).Split('+', StringSplitOptions.TrimEntries))
        {
            if (term.Length == 0 && terms.Count == 0 && text.StartsWith('-')) continue;
            var negative = term.StartsWith('-');
            var (names, factor) = (new List<string>(), negative ? BigInteger.MinusOne : BigInteger.One);
            foreach (var operand in (negative ? term[1..] : term).Split('*', StringSplitOptions.TrimEntries))
            {
                if (int.TryParse(operand, out var number)) factor *= number;
                else if (operand.Length > 0 && operand.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '.'))
                    names.Add(operand);
                else return null;
            }
            terms.Add((names, factor));
        }
        return new(terms, BigInteger.One);
    }

    /// <summary>Products first, in ordinal order, then the number.</summary>
    public override string ToString()
    {
        // A number that the divisor divides stands outside the quotient, where it reads more easily; rounding down is the same.
        var constant = _terms.GetValueOrDefault("");
        var outside = _divisor.IsOne ? constant : BigInteger.Divide(constant - Mod(constant, _divisor), _divisor);
        var inside = constant - outside * _divisor;
        var sum = Sum(_terms.Where(term => term.Key.Length > 0), _divisor.IsOne ? BigInteger.Zero : inside);
        if (!_divisor.IsOne) sum = $"{(sum.Contains(' ') ? $"({sum})" : sum)}//{_divisor}";
        return outside.IsZero ? sum.Length == 0 ? "0" : sum : sum.Length == 0
            ? $"{outside}" : $"{sum} {(outside.Sign < 0 ? '-' : '+')} {BigInteger.Abs(outside)}";
    }

    static string Sum(IEnumerable<KeyValuePair<string, BigInteger>> products, BigInteger constant)
    {
        var text = new StringBuilder();
        foreach (var (product, factor) in products)
        {
            text.Append(text.Length == 0 ? factor.Sign < 0 ? "-" : "" : factor.Sign < 0 ? " - " : " + ");
            text.Append(BigInteger.Abs(factor) is { IsOne: false } times ? $"{times}*{product}" : product);
        }
        if (!constant.IsZero)
            text.Append(text.Length == 0 ? $"{constant}" : $" {(constant.Sign < 0 ? '-' : '+')} {BigInteger.Abs(constant)}");
        return text.ToString();
    }

    static BigInteger Mod(BigInteger x, BigInteger divisor) => (x % divisor + divisor) % divisor;
}
