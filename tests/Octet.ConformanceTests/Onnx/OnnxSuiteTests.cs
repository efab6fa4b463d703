using Octet.Operators;

namespace Octet.ConformanceTests;

/// <summary>
/// The ONNX operator suite. <c>conformance.txt</c> lists the tests that pass, so that progress and loss show as a difference of text;
/// <c>docs/operators.md</c> is made from the same outcomes.
/// </summary>
public sealed class OnnxSuiteTests
{
    const string List = "tests/Octet.ConformanceTests/conformance.txt";

    /// <summary>What each test that does not pass, and each operator that is not there, is left out for.</summary>
    static readonly LeftOut Reasons = LeftOut.Read("tests/Octet.ConformanceTests/left-out.txt");

    public static TheoryData<string> Listed => [.. File.ReadLines(Path.Combine(SharedFolder.Repository, List))];

    [Theory, MemberData(nameof(Listed))]
    public void A_listed_test_passes(string name)
    {
        SharedFolder.Require("conformance", "index.tsv");
        if (GoldenText.IsUpdating) return;

        var outcome = OnnxSuite.Outcomes.SingleOrDefault(outcome => outcome.Case.Name == name);
        outcome.ShouldNotBeNull($"the suite has no test of this name; {GoldenText.UpdateCommand()}");
        outcome.Passed.ShouldBeTrue(outcome.Reason);
    }

    [Fact]
    public void Every_test_that_passes_is_listed()
    {
        SharedFolder.Require("conformance", "index.tsv");
        var passing = OnnxSuite.Outcomes.Where(outcome => outcome.Passed).Select(outcome => outcome.Case.Name)
            .Order(StringComparer.Ordinal);

        GoldenText.Check(List, string.Concat(passing.Select(name => name + "\n")));
    }

    [Fact]
    public void Every_test_that_does_not_pass_has_its_reason_and_no_other_has_one()
    {
        SharedFolder.Require("conformance", "index.tsv");
        var failing = OnnxSuite.Outcomes.Where(outcome => !outcome.Passed).Select(outcome => outcome.Case.Name);

        Reasons.Tests.Select(test => test.Name).Order(StringComparer.Ordinal).ShouldBe(failing.Order(StringComparer.Ordinal));
        if (!GoldenText.IsUpdating) OnnxSuite.Outcomes.Count.ShouldBe(Listed.Count + Reasons.Tests.Count);
    }

    [Fact]
    public void Operators_that_are_left_out_are_not_there() =>
        Reasons.Operators.Select(left => left.Name).Intersect(OperatorTable.Rows.Select(row => row.OpType)).ShouldBeEmpty();

    [Fact]
    public void The_page_of_operators_says_what_is_true()
    {
        SharedFolder.Require("conformance", "index.tsv");

        GoldenText.Check("docs/operators.md", OperatorsPage.Write(OnnxSuite.Outcomes, Reasons));
    }
}
