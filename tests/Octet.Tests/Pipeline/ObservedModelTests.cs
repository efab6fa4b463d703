using Octet.Calibration;
using Octet.Data;
using Octet.Onnx;
using Octet.Operators;
using Octet.Pipeline;
using Octet.Planning;
using Octet.Running;

namespace Octet.Tests.Pipeline;

/// <summary>PyTorch's steps on the sample that ships with the repository.</summary>
public sealed class ObservedModelTests
{
    static Octet.Graphs.Model Fused()
    {
        var model = OnnxReader.Read(Signs.Model);
        Signs.Preprocessing.StoreIn(model);
        return StaticQuantization.Fuse(model);
    }

    [Fact]
    public void Fusing_takes_normalizations_out_and_keeps_the_answers()
    {
        var (model, fused) = (OnnxReader.Read(Signs.Model), Fused());
        var sample = Quantizer.OpenSamples(fused, Signs.Validation).Load(0).Inputs;

        fused.Graph.Find<BatchNormalization>().ShouldBeEmpty();
        var (expected, actual) = (new Session(model.Graph).Run(sample)["logits"], new Session(fused.Graph).Run(sample)["logits"]);
        for (var i = 0; i < expected.Length; i++) actual.Floats[i].ShouldBe(expected.Floats[i], 1e-3f);
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("pytorch-fbgemm")]
    public void Samples_run_in_batches_give_the_model_that_one_run_gives(string recipe)
    {
        var model = Fused();
        var samples = Quantizer.OpenSamples(model, Signs.Calibration);
        var observed = StaticQuantization.Prepare(model, Recipes.Find(recipe)!);
        for (var from = 0; from < samples.Count; from += 10) observed.Run(samples.Slice(new(from, Math.Min(samples.Count, from + 10))));

        observed.Samples.ShouldBe(samples.Count);
        StaticQuantization.Convert(observed).Table.Ranges.ShouldBe(
            Quantizer.Quantize(model, samples, new() { Recipe = Recipes.Find(recipe)! }).Table.Ranges);
    }

    [Fact]
    public void The_moving_average_goes_on_where_the_batch_before_ended()
    {
        var recipe = Recipes.Fast with { Config = new() { ActivationMethod = CalibrationMethods.Find("moving-average")! } };
        var model = Fused();
        var samples = Quantizer.OpenSamples(model, Signs.Calibration).Take(20);
        var (batches, whole) = (StaticQuantization.Prepare(model, recipe), StaticQuantization.Prepare(model, recipe));
        whole.Run(samples);
        batches.Run(samples.Slice(new(0, 7)));
        batches.Run(samples.Slice(new(7, 20)));

        batches.Convert().Table.Ranges.ShouldBe(whole.Convert().Table.Ranges);
    }

    [Fact]
    public void What_observers_saw_can_be_looked_at_between_batches()
    {
        var model = Fused();
        var samples = Quantizer.OpenSamples(model, Signs.Calibration);
        var observed = StaticQuantization.Prepare(model, Recipes.PyTorchDefault);
        observed.ToString().ShouldContain("  input: nothing, minmax");
        Should.Throw<CalibrationException>(() => StaticQuantization.Convert(observed));

        observed.Run(samples.Take(1));
        var first = observed.Observers["input"].Range;
        observed.Run(samples.Slice(new(1, 20)));
        var then = observed.Observers["input"].Range;

        then.Union(first).ShouldBe(then);
        then.ShouldNotBe(first);
        observed.Observers.Keys.First().ShouldBe("input");
        observed.ToString().ShouldContain($"  input: {then}, minmax");
    }
}
