using Octet.Calibration.Formats;
using Octet.Numerics;

namespace Octet.Tests.Calibration.Formats;

/// <summary>The formats of other runtimes, in small files written by hand.</summary>
public sealed class OtherToolsFormatTests
{
    [Fact]
    public void The_TensorRT_cache_holds_the_bits_of_a_scale()
    {
        var table = new TensorRtFormat().Read("TRT-8401-EntropyCalibration2\ninput: 3c010204\n(Unnamed Layer* 64) [Shuffle]_output: 0\n");

        table.Method.ShouldBe("EntropyCalibration2");
        table.Thresholds["input"].ShouldBe(1f, tolerance: 1e-6f);
        table.Thresholds["(Unnamed Layer* 64) [Shuffle]_output"].ShouldBe(0);
    }

    [Fact]
    public void A_wrong_TensorRT_cache_names_its_lines()
    {
        var problem =
            Should.Throw<TableFormatException>(
                () => new TensorRtFormat().Read("TRT-8401-MinMax\na: 3c010a14\nb\nc: xyz\nd: 7fc00000\ne: bc010a14\na: 0\n")).Message;

        problem.ShouldContain("line 3: 'b' is not of the form");
        problem.ShouldContain("line 4: 'xyz' is no float32 in hexadecimal");
        problem.ShouldContain("line 5: 7fc00000 stands for NaN");
        problem.ShouldContain("line 6: bc010a14");
        problem.ShouldContain("line 7: 'a' stands in line 2 already");
    }

    [Fact]
    public void The_ncnn_table_holds_steps_a_unit_of_weights_and_inputs()
    {
        var table = new NcnnFormat().Read("conv1_param_0 127.000000 254.000000 inf \nfc_param_0 12.7 \nconv1 127.000000 \nfc 63.5 \n");

        table.WeightScales["conv1"].ShouldBe([1f / 127, 1f / 254, 0]);
        table.InputThresholds["conv1"].ShouldBe(1f, tolerance: 1e-6f);
        table.InputThresholds["fc"].ShouldBe(2f, tolerance: 1e-6f);
    }

    [Fact]
    public void A_wrong_ncnn_table_names_its_lines()
    {
        var problem = Should.Throw<TableFormatException>(() => new NcnnFormat().Read("a_param_0 1 -2\na 0\nb 1 2\n")).Message;

        problem.ShouldContain("line 1: -2 is no scale");
        problem.ShouldContain("line 2: 0 is no scale");
        problem.ShouldContain("line 3: 'b' has 2 numbers instead of one");
    }

    [Fact]
    public void Encodings_of_version_0_6_give_ranges_and_thresholds()
    {
        const string text = """
            { "version": "0.6.1",
              "activation_encodings": {
                "input": [{ "bitwidth": 8, "dtype": "int", "is_symmetric": "False", "max": 7.905, "min": 0.0, "offset": 0, "scale": 0.031 }],
                "layer1": [{ "bitwidth": 8, "dtype": "int", "is_symmetric": "True", "max": 3.175, "min": -3.2, "offset": -128, "scale": 0.025 }],
                "half": [{ "bitwidth": 16, "dtype": "float" }] },
              "param_encodings": { "conv.weight": [{ "bitwidth": 8, "dtype": "int", "is_symmetric": "True", "offset": -128, "scale": 0.012 }] } }
            """;

        var table = new EncodingsFormat().Read(text);

        table.Ranges.Keys.ShouldBe(["input", "layer1"]);
        table.Ranges["input"].ShouldBe(new ValueRange(0, 7.905f));
        table.Thresholds.ShouldHaveSingleItem().ShouldBe(new("layer1", 3.175f));
        table.WeightScales["conv.weight"].ShouldBe([0.012f]);
    }

    [Fact]
    public void Encodings_of_version_1_give_the_same()
    {
        const string text = """
            { "version": "1.0.0",
              "activation_encodings": [
                { "name": "input", "dtype": "INT", "enc_type": "PER_TENSOR", "is_sym": false, "bw": 8, "scale": [0.03125], "offset": [-64] },
                { "name": "half", "dtype": "FLOAT", "enc_type": "PER_TENSOR", "bw": 16 } ],
              "param_encodings": [{ "name": "w", "dtype": "INT", "enc_type": "PER_CHANNEL", "is_sym": true, "bw": 8, "scale": [0.25, 0.5], "offset": [-128, -128] }] }
            """;

        var table = new EncodingsFormat().Read(text);

        table.Ranges.ShouldHaveSingleItem().ShouldBe(new("input", new ValueRange(-2, 5.96875f)));
        table.WeightScales["w"].ShouldBe([0.25f, 0.5f]);
    }

    [Theory]
    [InlineData("""{ "activation_encodings": { "a": [{ "min": 0, "max": "x" }] } }""", "\"x\" is no finite number")]
    [InlineData("""{ "activation_encodings": { "a": [{ "min": 2, "max": 1 }] } }""", "its ends are in the wrong order")]
    [InlineData("""{ "activation_encodings": { "a": [{ "bitwidth": 99, "min": 0, "max": 1 }] } }""", "99 is no number of bits")]
    [InlineData("""{ "activation_encodings": { "a": [{ "scale": 0, "offset": 1 }] } }""", "is not greater than 0")]
    [InlineData("""{ "activation_encodings": { "a": 5 } }""", "neither an object nor a list")]
    [InlineData("""{ "activation_encodings": { "a": [], "a": [] } }""", "'a' stands there twice")]
    [InlineData("""{ "activation_encodings": [{ "dtype": "INT" }] }""", "there is no \"name\" here")]
    public void Wrong_encodings_are_refused_with_a_line(string text, string reason)
    {
        var problem = Should.Throw<TableFormatException>(() => new EncodingsFormat().Read("\n\n" + text)).Message;

        problem.ShouldMatch("^line [123]: ");
        problem.ShouldContain(reason);
    }

    [Fact]
    public void Ranges_of_ONNX_Runtime_are_read_in_both_of_its_forms()
    {
        var format = new OrtTensorRtFormat();
        const string newer = """
            {"CLS": "TensorsData", "data": {"x": {"lowest": {"data": -1.5, "dtype": "float32", "CLS": "numpy.array"}, "highest": {"data": [2.5], "dtype": "float32", "CLS": "numpy.array"}, "CLS": "TensorData"}},
             "calibration_method": {"CLS": "CalibrationMethod", "value": "CalibrationMethod.Entropy"}}
            """;

        format.Read("""{"x": [-1.5, 2.5]}""").Ranges.ShouldHaveSingleItem().ShouldBe(new("x", new ValueRange(-1.5f, 2.5f)));
        var table = format.Read(newer);
        table.Ranges.ShouldHaveSingleItem().ShouldBe(new("x", new ValueRange(-1.5f, 2.5f)));
        table.Method.ShouldBe("Entropy");
    }

    [Theory]
    [InlineData("""{"x": [1]}""", "two numbers")]
    [InlineData("""{"x": [1, 1e999]}""", "1e999 is no finite number")]
    [InlineData("""{"x": [2, 1]}""", "wrong order")]
    [InlineData("""{"x": {"lowest": 1}}""", "there is no \"highest\" here")]
    [InlineData("""{"x": [0, 1], "x": [0, 1]}""", "'x' stands there twice")]
    public void Wrong_ranges_of_ONNX_Runtime_are_refused_with_a_line(string text, string reason)
    {
        var problem = Should.Throw<TableFormatException>(() => new OrtTensorRtFormat().Read(text)).Message;

        problem.ShouldStartWith("line 1: ");
        problem.ShouldContain(reason);
    }
}
