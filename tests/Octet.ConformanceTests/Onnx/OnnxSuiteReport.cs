using System.IO.Enumeration;

namespace Octet.ConformanceTests;

/// <summary>The operator suite for someone at work on an operator: runs the tests that were asked for and says what became of
/// each.</summary>
static class OnnxSuiteReport
{
    /// <param name="patterns">Names of tests or types of operators, with <c>*</c> and <c>?</c>.</param>
    /// <returns>The exit code: 0 if all of them pass.</returns>
    public static int Print(IReadOnlyList<string> patterns)
    {
        var chosen = OnnxCase.All.Where(test => patterns.Any(pattern => Matches(pattern, test))).ToArray();
        if (chosen.Length == 0)
        {
            Console.WriteLine(OnnxCase.All.Count == 0
                ? $"{SharedFolder.PathOf("conformance")} is absent" : "no test has such a name or operator");
            return 2;
        }

        var passed = 0;
        foreach (var outcome in chosen.AsParallel().AsOrdered().Select(OnnxSuite.Run))
        {
            Console.WriteLine(outcome.Passed ? $"pass  {outcome.Case.Name}" : $"FAIL  {outcome.Case.Name}: {outcome.Reason}");
            if (outcome.Passed) passed++;
        }
        Console.WriteLine($"{passed} of {chosen.Length} pass");
        return passed == chosen.Length ? 0 : 1;
    }

    static bool Matches(string pattern, OnnxCase test) =>
        test.Operators.Prepend(test.Name).Any(name => FileSystemName.MatchesSimpleExpression(pattern, name));
}
