using System.IO.Compression;
using System.Text;
using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Data;
using Octet.Data.Arrays;
using Octet.Pipeline;
using Octet.Tensors;

namespace Octet.Tests.Calibration.Formats;

/// <summary>Tables that carry samples along: what is wrong with a file is told, whatever is wrong with it.</summary>
public sealed class TableArchiveTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly string _path;

    public TableArchiveTests()
    {
        _path = _folder.PathOf("best.table");
        var (model, options) = (Signs.Load(), new QuantizerOptions { Recipe = Recipes.Best });
        var samples = Quantizer.OpenSamples(model, Signs.Calibration).Take(3);
        Quantizer.ChooseTable(model, Quantizer.Measure(model, samples, options), options).Save(_path);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Changes the archive.</summary>
    void Change(Action<ZipArchive> change)
    {
        using var archive = ZipFile.Open(_path, ZipArchiveMode.Update);
        change(archive);
    }

    /// <summary>Changes the text of the table in it.</summary>
    void ChangeTable(string from, string to) => Change(archive =>
    {
        string text;
        using (var reader = new StreamReader(archive.GetEntry("table.json")!.Open())) text = reader.ReadToEnd();
        text.ShouldContain(from);
        archive.GetEntry("table.json")!.Delete();
        using var writer = new StreamWriter(archive.CreateEntry("table.json").Open());
        writer.Write(text.Replace(from, to, StringComparison.Ordinal));
    });

    string Refused() => Should.Throw<OctetException>(() => CalibrationTable.Load(_path)).Message;

    [Fact]
    public void A_table_and_its_samples_come_back()
    {
        var store = CalibrationTable.Load(_path).Statistics!.Store;

        store.Selection.ShouldBe(new SampleSelection(3, 0));
        var samples = Quantizer.OpenSamples(Signs.Load(), Signs.Calibration);
        for (var i = 0; i < 3; i++)
        {
            store.NameOf(i).ShouldBe(samples.NameOf(i));
            store.Load(i).Inputs["input"].Bytes.SequenceEqual(samples.Load(i).Inputs["input"].Bytes).ShouldBeTrue();
        }
        NpzNames().ShouldBe(["samples/0/input.npy", "samples/1/input.npy", "samples/2/input.npy", "table.json"]);
    }

    string[] NpzNames()
    {
        using var archive = ZipFile.OpenRead(_path);
        return [.. archive.Entries.Select(entry => entry.FullName)];
    }

    [Fact]
    public void An_archive_without_a_table_is_refused()
    {
        Change(archive => archive.GetEntry("table.json")!.Delete());

        Refused().ShouldContain("it is an archive without a 'table.json'");
    }

    [Fact]
    public void What_belongs_to_no_sample_is_refused()
    {
        Change(archive => archive.CreateEntry("../../etc/passwd"));

        Refused().ShouldContain("'../../etc/passwd' in it, which is no array of a sample");
    }

    [Theory]
    [InlineData("samples/7/input.npy", "'samples/7/input.npy' in it belongs to no sample of its table")]
    [InlineData("samples/01/input.npy", "which is no array of a sample")]
    [InlineData("samples/99999999999/input.npy", "which is no array of a sample")]
    [InlineData("samples/1/input.npy", "holds a name twice")]
    public void Entries_that_cannot_be_are_refused(string name, string problem)
    {
        Change(archive => archive.CreateEntry(name));

        Refused().ShouldContain(problem);
    }

    [Fact]
    public void A_sample_that_is_lacking_is_named()
    {
        Change(archive => archive.GetEntry("samples/1/input.npy")!.Delete());

        Refused().ShouldContain("it lacks the arrays of sample 1, ");
    }

    [Theory]
    [InlineData("\"first\": 3", "\"first\": -3", "\"carried\" names samples that were not seen")]
    [InlineData("\"first\": 3", "\"first\": 2", "\"carried\" names samples that were not seen")]
    [InlineData("\"totalSamples\": 3", "\"totalSamples\": 2", "spans that are none, or lie beyond the samples")]
    [InlineData("\"octetCalibrationTable\": 1", "\"octetCalibrationTable\": 9", "it is of version 9")]
    [InlineData("\"names\": {", "\"names\": { \"1000000000\": \"x\",", "\"carried\" names samples that were not seen")]
    [InlineData("\"names\": {", "\"names\": { \"x\": \"x\",", "line")]
    public void A_table_that_contradicts_itself_is_refused(string from, string to, string problem)
    {
        ChangeTable(from, to);

        Refused().ShouldContain(problem);
    }

    [Fact]
    public void A_table_that_would_inflate_to_more_than_memory_is_refused_before_it_is_read()
    {
        Change(archive =>
        {
            archive.GetEntry("table.json")!.Delete();
            using var content = archive.CreateEntry("table.json", CompressionLevel.Optimal).Open();
            for (var i = 0; i < 300; i++) content.Write(new byte[1 << 20]);
        });

        Refused().ShouldContain("it may have at most 268435456");
    }

    [Fact]
    public void An_array_that_declares_more_than_is_there_is_refused_when_it_is_read()
    {
        Change(archive =>
        {
            archive.GetEntry("samples/1/input.npy")!.Delete();
            using var content = archive.CreateEntry("samples/1/input.npy").Open();
            content.Write([0x93, .. "NUMPY"u8, 1, 0, 118, 0]);
            var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 99999, 99999), }";
            content.Write(Encoding.ASCII.GetBytes(header.PadRight(117) + "\n"));
        });

        Should.Throw<ArrayFileException>(() => CalibrationTable.Load(_path).Statistics!.Store.Load(1)).Message
            .ShouldContain("is truncated: it declares float32 [1, 99999, 99999]");
    }

    [Theory]
    [InlineData("input", 8)]
    [InlineData("other", 32)]
    public void A_sample_that_does_not_fit_the_model_is_refused(string input, int size)
    {
        Change(archive =>
        {
            archive.GetEntry("samples/1/input.npy")!.Delete();
            NpzFile.Write(archive, $"samples/1/{input}", new Tensor(DataType.Float32, [1, 3, size, size]), _path);
        });

        Should.Throw<OctetException>(() => Quantizer.Quantize(
            Signs.Load(), CalibrationTable.Load(_path), new(_path), new() { Recipe = Recipes.Best })).Message.ShouldContain("input");
    }

    [Fact]
    public void Bytes_that_changed_are_refused_or_read_as_they_were()
    {
        var bytes = File.ReadAllBytes(_path);
        var random = new Random(5);
        for (var run = 0; run < 60; run++)
        {
            var changed = bytes.ToArray();
            for (var i = 0; i < 3; i++) changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_path, run % 6 == 0 ? changed[..random.Next(changed.Length)] : changed);
            try
            {
                var statistics = CalibrationTable.Load(_path).Statistics!;
                for (var i = 0; i < 3; i++) statistics.Store.LoadOrSkip(i);
            }
            catch (OctetException problem)
            {
                problem.Message.ShouldContain("best.table");
            }
        }
    }

    [Fact]
    public void The_table_alone_is_refused_where_its_samples_are_not()
    {
        using (var archive = ZipFile.OpenRead(_path)) archive.GetEntry("table.json")!.ExtractToFile(_folder.PathOf("table.json"));

        Should.Throw<CalibrationTableException>(() => CalibrationTable.Load(_folder.PathOf("table.json"))).Message
            .ShouldContain("its samples are not in it: it was taken out of its archive");
    }
}
