using System.Text;

namespace Octet.Onnx;

/// <summary>Collects what is wrong with a file, so that its maker hears of everything at once.</summary>
/// <param name="source">What messages call the file.</param>
sealed class ModelProblems(string source)
{
    const int MaxListed = 20;

    /// <summary>A file with more is not worth reading to its end.</summary>
    const int MaxCounted = 1000;

    readonly List<string> _first = [];
    int _count;

    public bool Any => _count > 0;

    public void Add(string problem)
    {
        if (_count++ < MaxListed) _first.Add(problem);
        if (_count == MaxCounted) ThrowIfAny();
    }

    /// <summary>Runs one step of reading; what it refuses becomes a problem, with <paramref name="where"/> before it.</summary>
    public void Try(string where, Action step) => Try(where, () => { step(); return true; }, false);

    /// <summary>Runs one step of reading; what it refuses becomes a problem, with <paramref name="where"/> before it, and reading goes on
    /// with <paramref name="fallback"/>.</summary>
    public T Try<T>(string where, Func<T> step, T fallback)
    {
        try
        {
            return step();
        }
        catch (OctetException refusal) when (_count < MaxCounted)
        {
            Add(where + refusal.Message);
            return fallback;
        }
    }

    /// <exception cref="ModelException">There are problems.</exception>
    public void ThrowIfAny()
    {
        if (!Any) return;

        var text = new StringBuilder($"cannot be read: {(_count == MaxCounted ? "at least " : "")}{_count} problem(s).");
        foreach (var problem in _first) text.AppendLine().Append("  ").Append(problem);
        if (_count > MaxListed) text.AppendLine().Append($"  … and {_count - MaxListed} more");
        throw ModelException.Of(source, text.ToString());
    }
}
