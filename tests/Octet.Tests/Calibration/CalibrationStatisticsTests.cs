using FsCheck;
using FsCheck.Fluent;
using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Data;
using Octet.Graphs;
using Octet.Pipeline;
using Octet.Tensors;
using Octet.Tests.Calibration.Formats;

namespace Octet.Tests.Calibration;

public sealed class CalibrationStatisticsTests
{
    static readonly Shape InputShape = [1, 4];

    /// <summary>x → Gemm → Relu → Gemm: three values to measure.</summary>
    static Model Network()
    {
        var graph = new Graph { Name = "network", Opsets = { [""] = 13 } };
        var x = graph.AddInput("x", DataType.Float32, new(1, 4));
        var first = graph.Add("Relu", [graph.Add("Gemm", [x, Weights(graph, "v", 4, 3)], "a")], "b");
        graph.AddOutput(graph.Add("Add", [graph.Add("Gemm", [first, Weights(graph, "w", 3, 4)], "c"), x], "y"));
        ShapeInference.Annotate(graph);
        return new() { Graph = graph, Source = "network.onnx" };
    }

    static Value Weights(Graph graph, string name, int rows, int columns) =>
        graph.AddConstant(name,
            Tensor.Of<float>([rows, columns], [.. Enumerable.Range(0, rows * columns).Select(i => (i * 7 % 11 - 5) / 4f)]));

    static MadeSamples Samples(int seed, int count)
    {
        var random = new Random(seed);
        return MadeSamples.Of("x", InputShape,
            [.. Enumerable.Range(0, count)
                .Select(_ => Enumerable.Range(0, 4).Select(_ => (float)(Math.Pow(random.NextDouble(), 5) * random.Next(-100, 100)))
                    .ToArray())]);
    }

    static string TextOf(Model model, CalibrationStatistics statistics) =>
        CalibrationFormatTests.Write(CalibrationFormats.Octet, Quantizer.ChooseTable(model, statistics));

    static CalibrationStatistics ThroughAFile(Model model, CalibrationStatistics statistics) =>
        CalibrationFormats.Octet.Read(TextOf(model, statistics)).Statistics!;

    static CalibrationStatistics Measure(Model model, ISampleSource samples, Shard? shard = null) =>
        Quantizer.Measure(model, samples, methods: CalibrationMethods.All, shard: shard);

    [Fact]
    [Trait("Duration", "long")]
    public void Merged_shards_are_one_run_bit_for_bit_in_any_order_and_grouping()
    {
        var model = Network();
        var cases = from seed in Gen.Choose(0, int.MaxValue)
                    from count in Gen.Choose(1, 12)
                    from shards in Gen.Choose(1, count)
                    select (seed, count, shards);
        Prop.ForAll(cases.ToArbitrary(), given =>
        {
            var samples = Samples(given.seed, given.count);
            var random = new Random(given.seed);
            var parts = Enumerable.Range(1, given.shards)
                .Select(part => ThroughAFile(model, Measure(model, samples, new(part, given.shards)))).ToList();
            while (parts.Count > 1)
            {
                var group = Enumerable.Range(0, parts.Count).OrderBy(_ => random.Next()).Take(random.Next(2, parts.Count + 1))
                    .Select(index => parts[index]).ToArray();
                parts.RemoveAll(group.Contains);
                parts.Add(ThroughAFile(model, CalibrationStatistics.Merge([.. group.Select((part, index) => ($"part {index}", part))])));
            }

            TextOf(model, parts[0]).ShouldBe(TextOf(model, Measure(model, samples)));
        }).ShouldHold();
    }

    [Fact]
    public void Every_method_chooses_from_a_file_as_it_does_from_the_run_itself()
    {
        var model = Network();
        var samples = Samples(seed: 5, count: 9);
        var stored = ThroughAFile(model, Measure(model, samples));
        foreach (var method in CalibrationMethods.All)
        {
            var options = new QuantizerOptions();
            options = options with { Recipe = Recipes.Fast with { Config = Recipes.Fast.Config with { ActivationMethod = method } } };

            var direct = Quantizer.Quantize(model, samples, options).Table.Ranges;

            Quantizer.ChooseTable(model, stored, options).Ranges.ShouldBe(direct, customMessage: method.Name);
            Quantizer.Quantize(model, stored, options).Table.Ranges.ShouldBe(direct, customMessage: method.Name);
        }
    }

    [Fact]
    public void Parts_that_do_not_belong_together_are_refused_with_all_reasons()
    {
        var (model, other) = (Network(), Network());
        other.Metadata["octet.preprocessing"] = "another";
        var samples = Samples(seed: 1, count: 10);
        var first = Measure(model, samples, new(1, 2));

        var problem = Should.Throw<CalibrationException>(() => CalibrationStatistics.Merge(
        [
            ("a", first),
            ("b", Measure(other, samples, new(2, 2))),
            ("c", Measure(model, Samples(seed: 1, count: 11), new(2, 2))),
            ("d", Measure(model, samples, new(2, 3))),
        ])).Message;

        problem.ShouldContain("'b' was measured with another model, or with other preprocessing, than 'a'");
        problem.ShouldContain("'c' is a part of other data than 'a'");
        problem.ShouldContain("'d' and 'a' both saw samples 4 to 5");
    }

    [Fact]
    public void A_part_without_samples_is_refused() =>
        Should.Throw<CalibrationException>(() => Measure(Network(), Samples(seed: 1, count: 2), new(1, 3))).Message.ShouldBe(
            "Part 1/3 has no samples: there are only 2 in all.");

    [Theory]
    [InlineData("\"bins\": 2048,\n          \"width", "\"bins\": 2047,\n          \"width", "a histogram of 2047 bins is not possible")]
    [InlineData("\"values\": {", "\"values\": { \"z\": [],", "'z' has no statistics")]
    [InlineData("\"values\": {", "\"values\": { \"z\": null,", "z")]
    [InlineData("\"values\": {", "\"values\": { \"z\": [null],", "'z' has no statistics")]
    [InlineData("\"values\": {", "\"values\": { \"z\": [{ \"kind\": \"extremes\" }, { \"kind\": \"extremes\" }],",
        "'z' has a statistic twice")]
    [InlineData("\"values\": {", "\"values\": { \"z\": [{ \"range\": null }],", "does not begin with its \"kind\"")]
    [InlineData("\"bins\": 2048,\n          \"width", "\"bins\": 2000000000,\n          \"width", "bins in all")]
    [InlineData("\"zeros\": 0", "\"zeros\": -1", "a count is less than 0")]
    [InlineData("\"zeros\": 0", "\"zeros\": 9223372036854775807", "its counts are more than any data has")]
    [InlineData("\"first\": -", "\"first\": -9", "there are counts beyond the last bin")]
    [InlineData("\"widthExponent\": -", "\"widthExponent\": -9", "do not fit the extremes")]
    [InlineData("\"kind\": \"histogram\"", "\"kind\": \"novelty\"", "unrecognized type discriminator id 'novelty'")]
    [InlineData("        0,\n        3\n", "        0,\n        4\n", "spans that are none, or lie beyond the samples")]
    public void Statistics_that_contradict_themselves_are_refused(string what, string by, string reason)
    {
        var model = Network();
        var text = TextOf(model, Quantizer.Measure(model, Samples(seed: 3, count: 3)));
        text.ShouldContain(what);
        var at = text.IndexOf(what, StringComparison.Ordinal);

        Should.Throw<TableFormatException>(
            () => CalibrationFormats.Octet.Read(text[..at] + by + text[(at + what.Length)..])).Message.ShouldContain(reason);
    }

    [Fact]
    public void A_histogram_with_fewer_bins_follows_from_one_with_more()
    {
        Prop.ForAll(ArbMap.Default.GeneratorFor<float>().Where(float.IsFinite).ArrayOf().ToArbitrary(), values =>
        {
            var (fine, coarse) = (new Histogram(1024), new Histogram(64));
            fine.Add(values);
            coarse.Add(values);

            var folded = fine.Folded(64);

            folded.Counts.ToArray().ShouldBe(coarse.Counts.ToArray());
            (folded.WidthExponent, folded.Range, folded.Zeros, folded.Count).ShouldBe(
                (coarse.WidthExponent, coarse.Range, coarse.Zeros, coarse.Count));
        }).ShouldHold();
    }
}
