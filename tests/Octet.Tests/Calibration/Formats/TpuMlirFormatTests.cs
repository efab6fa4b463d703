using Octet.Calibration.Formats;
using Octet.Numerics;

namespace Octet.Tests.Calibration.Formats;

public sealed class TpuMlirFormatTests
{
    static readonly TpuMlirFormat Format = new();

    /// <summary>Written by hand after section 2 of the specification of tpu-mlir's tables.</summary>
    const string Text = """
        # mlir version: 1.2 cali version 1.0
        # mlir: net.mlir
        # genetated time: 2026-11-21
        # quantization threshold calculation method: use_kl
        # histogram number: 2048
        # sample number: 100
        ###
        # tune number: 5
        ###
        # op_name    threshold    min    max
        images 1.0000080 0.0000000 1.0000080
        122_Conv 56.4281803 -102.5830231 97.6811752

        #int4_th
        122_Conv 49.5 -56.5714286 49.5

        #asym_op
        122_Conv
        123_Mul

        #int4_op
        images
        #weight_scale
        122_Conv_weight 2 0.25 0.5 2 0 0
        """;

    [Fact]
    public void All_sections_are_read()
    {
        var table = Format.Read(Text);

        table.Method.ShouldBe("use_kl");
        (table.Bins, table.Samples, table.TunedSamples).ShouldBe((2048, 100, 5));
        table.RangesAreExtremes.ShouldBeTrue();
        table.Ranges["122_Conv"].ShouldBe(new ValueRange(-102.583023f, 97.6811752f));
        table.Thresholds.Keys.ShouldBe(["images", "122_Conv"]);
        table.Thresholds["122_Conv"].ShouldBe(56.4281803f);
        table.Int4Thresholds["122_Conv"].ShouldBe(49.5f);
        table.AsymmetricValues.ShouldBe(["122_Conv", "123_Mul"]);
        table.Int4Layers.ShouldBe(["images"]);
        table.WeightScales["122_Conv"].ShouldBe([0.25f, 0.5f]);
    }

    [Fact]
    public void Lines_that_end_as_on_Windows_are_read_alike() =>
    Format.Read(Text.ReplaceLineEndings("\r\n")).Thresholds["122_Conv"].ShouldBe(56.4281803f);

    [Fact]
    public void All_wrong_lines_are_named_at_once()
    {
        const string wrong = """
            # op_name    threshold    min    max
            a 1.0 -1.0
            b 1.0 nan 1.0
            c -1.0 0.0 1.0
            d 1.0 2.0 1.0
            e 1.0 0.0 1.0
            e 1.0 0.0 1.0
            """;

        var problem = Should.Throw<TableFormatException>(() => Format.Read(wrong)).Message;

        problem.ShouldContain("line 2: 'a 1.0 -1.0' is not of the form 'name threshold min max'");
        problem.ShouldContain("line 3: 'nan' is no number");
        problem.ShouldContain("line 4: -1.0 is less than 0");
        problem.ShouldContain("line 5: the smallest value 2.0 is greater than the largest, 1.0");
        problem.ShouldContain("line 7: 'e' stands in line 6 already");
    }

    [Fact]
    public void A_value_that_is_always_zero_is_written_with_the_least_threshold() =>
        CalibrationFormatTests.Write(Format, CalibrationFormatTests.Full).ShouldContain("\ndead 0.0000100 0.0000000 0.0000000\n");
}
