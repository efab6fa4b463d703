using System.Diagnostics;
using System.Globalization;

namespace Octet.Fuzz;

/// <summary>An input that did harm, and what came of it.</summary>
/// <param name="Target">The kind of file.</param>
/// <param name="Seed">Makes the input again.</param>
/// <param name="Key">Findings of one key have most likely one cause.</param>
/// <param name="Text">All there is to know.</param>
sealed record Finding(string Target, int Seed, string Key, string Text)
{
    const int FramesInKey = 3;

    public static Finding Of(string target, int seed, Exception problem)
    {
        var places = new StackTrace(problem).GetFrames()
            .Select(frame => frame.GetMethod())
            .Where(method => method?.DeclaringType?.FullName?.StartsWith("Octet.", StringComparison.Ordinal) == true)
            .Take(FramesInKey).Select(method => $"{method!.DeclaringType!.Name}.{method.Name}");
        return new(target, seed, string.Create(CultureInfo.InvariantCulture, $"{problem.GetType().Name} {string.Join(" < ", places)}"),
            problem.ToString());
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Target} seed {Seed}: {Key}");
}
