using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Numerics;

namespace Octet.Tests.Calibration.Formats;

/// <summary>What holds for every format; each has a test class of its own for the rest.</summary>
public sealed class CalibrationFormatTests
{
    public static TheoryData<string> Names => [.. CalibrationFormats.All.Select(format => format.Name)];

    /// <summary>Something in every field; each format keeps its part of it.</summary>
    internal static CalibrationTable Full { get; } = new()
    {
        Method = "kl",
        Samples = 100,
        TunedSamples = 5,
        Bins = 2048,
        Ranges = new Dictionary<string, ValueRange>
        { ["images"] = new(0, 1.000008f), ["122_Conv"] = new(-102.58302f, 97.681175f), ["dead"] = default },
        Thresholds = new Dictionary<string, float> { ["images"] = 1.000008f, ["122_Conv"] = 56.42818f, ["dead"] = 1e-5f },
        Int4Thresholds = new Dictionary<string, float> { ["122_Conv"] = 49.5f },
        InputThresholds = new Dictionary<string, float> { ["conv1"] = 1.000008f },
        WeightScales = new Dictionary<string, IReadOnlyList<float>> { ["conv1"] = [0.5f, 0.0078125f, 0] },
        AsymmetricValues = ["122_Conv"],
        Int4Layers = ["122_Conv"],
    };

    internal static string Write(ICalibrationFormat format, CalibrationTable table)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        format.Write(table, writer);
        return writer.ToString();
    }

    [Theory, MemberData(nameof(Names))]
    public void A_file_is_recognised_by_its_content(string name)
    {
        var format = CalibrationFormats.Find(name)!;

        CalibrationFormats.Recognise(Write(format, Full)).ShouldBe(format);
    }

    [Theory, MemberData(nameof(Names))]
    public void What_was_read_is_written_as_the_same_text(string name)
    {
        var format = CalibrationFormats.Find(name)!;
        var text = Write(format, Full);

        Write(format, format.Read(text)).ShouldBe(text);
    }

    [Theory, MemberData(nameof(Names))]
    public void Damaged_files_are_refused_with_a_reason_and_nothing_else_happens(string name)
    {
        var format = CalibrationFormats.Find(name)!;
        var text = Write(format, Full);
        var random = new Random(20261121);
        for (var i = 0; i < 400; i++)
        {
            var letters = text.ToCharArray();
            for (var change = random.Next(1, 6); change > 0; change--) letters[random.Next(letters.Length)] = (char)random.Next(1, 127);
            var damaged = new string(letters)[..random.Next(letters.Length + 1)];

            try
            {
                var table = format.Read(damaged);
                table.Ranges.Values.ShouldAllBe(range => range.IsFinite && !range.IsNothing);
                table.Thresholds.Values.ShouldAllBe(threshold => float.IsFinite(threshold) && threshold >= 0);
            }
            catch (TableFormatException refused)
            {
                refused.Message.Length.ShouldBeInRange(10, 2000);
            }
        }
    }

    [Theory]
    [InlineData("PK\u0003\u0004")]
    [InlineData("one two\nthree four\n")]
    public void A_file_of_no_known_format_is_refused_with_the_list_of_formats(string text)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("table", text);

        var problem = Should.Throw<CalibrationTableException>(() => CalibrationTable.Load(path));

        problem.Message.ShouldContain("none of the known formats (octet, tensorrt, encodings, ort-tensorrt, ncnn, tpu-mlir)");
    }

    [Fact]
    public void What_is_no_file_with_something_in_it_is_told_as_what_it_is()
    {
        using var folder = new TemporaryFolder();

        Refused(folder.Write("table", " \n")).ShouldContain("cannot be used: it is empty.");
        Refused(folder.Path).ShouldContain("cannot be used: it is a folder; name the file in it.");
        Refused(folder.PathOf("absent")).ShouldContain("cannot be used: it does not exist.");
        Refused(folder.Write("damaged", "{ \"octetCalibrationTable\": 1,\n \"samples\": nan48,\n \"method\": \"minmax\" }"))
            .ShouldContain("cannot be used: line 2: 'nan48' is an invalid JSON literal");

        static string Refused(string path) => Should.Throw<CalibrationTableException>(() => CalibrationTable.Load(path)).Message;
    }

    [Fact]
    public void A_file_that_nests_without_end_is_refused()
    {
        var text = "{\"activation_encodings\":" + new string('[', 100_000);

        Should.Throw<TableFormatException>(() => CalibrationFormats.Recognise(text)!.Read(text)).Message.ShouldStartWith("line 1: ");
    }

    [Theory]
    [InlineData("tpu-mlir")]
    [InlineData("ncnn")]
    public void Names_that_a_format_cannot_write_are_refused(string name)
    {
        var table = new CalibrationTable
        {
            Ranges = new Dictionary<string, ValueRange> { ["two words"] = new(0, 1) },
            InputThresholds = new Dictionary<string, float> { ["two words"] = 1 },
        };

        Should.Throw<TableFormatException>(() => Write(CalibrationFormats.Find(name)!, table)).Message.ShouldContain("'two words'");
    }
}
