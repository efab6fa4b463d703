using Octet.Cli;
using Octet.Planning;

namespace Octet.Tests.Cli;

public sealed class RemedyWordsTests
{
    static readonly string[] Typed =
        ["quantize", "m.onnx", "--data", "my pictures", "--recipe", "fast", "--method", "kl", "-o", "m.int8.onnx"];

    [Fact]
    public void Advice_ends_with_the_command_to_type() =>
        RemedyWords.Command(Typed, [new(RemedyKind.MeasureAccuracy), new(RemedyKind.UseRecipe, "best", "pow2-best")])
            .ShouldBe("octet quantize m.onnx --data 'my pictures' --method kl -o m.int8.onnx --recipe best");

    [Fact]
    public void What_is_left_in_floats_is_added_and_names_are_quoted() =>
        RemedyWords.Command([.. Typed, "--exclude", "Softmax"], [new(RemedyKind.LeaveInFloats, "it's*")])
            .ShouldBe("octet quantize m.onnx --data 'my pictures' --recipe fast --method kl -o m.int8.onnx --exclude Softmax --exclude "
                + "'it'\\''s*'");

    [Fact]
    public void A_search_takes_the_place_of_a_method() =>
        RemedyWords.Command(Typed, [new(RemedyKind.ChangeMethod)])
            .ShouldBe("octet quantize m.onnx --data 'my pictures' --recipe fast -o m.int8.onnx --search sqnr");

    [Fact]
    public void What_has_to_be_looked_up_first_is_no_command() =>
        RemedyWords.Command(Typed, [new(RemedyKind.AddSamples), new(RemedyKind.CheckPreprocessing), new(RemedyKind.Train)]).ShouldBeNull();
}
