using Octet.Calibration;
using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Tests.Calibration;

public sealed class MinMaxObserverTests
{
    public static TheoryData<string> Inputs => [.. ObserverGolden.Activations, .. ObserverGolden.Weights];

    public static TheoryData<string> Activations => [.. ObserverGolden.Activations];

    [Theory, MemberData(nameof(Inputs))]
    public void Min_max_is_PyTorchs(string input)
    {
        var tensor = ObserverGolden.Input(input);
        var observer = new MinMaxObserver();
        observer.Observe(tensor.Floats, sample: 0);

        foreach (var record in ObserverGolden.Torch(input, "MinMaxObserver"))
            observer.Range.ShouldBe(ObserverGolden.Ranges(record, "min", "max").Single());
    }

    [Theory, MemberData(nameof(Activations))]
    public void The_moving_average_is_PyTorchs_whatever_the_order_of_observation(string input)
    {
        var tensor = ObserverGolden.Input(input);
        var (first, second) = (new MovingAverageMinMaxObserver(), new MovingAverageMinMaxObserver());
        var half = tensor.Length / 6;
        foreach (var sample in new[] { 2, 0, 1 })
        {
            first.Observe(tensor.Slice(sample, 1).Floats[half..], sample);
            second.Observe(tensor.Slice(sample, 1).Floats[..half], sample);
        }
        first.Merge(second);

        var records = ObserverGolden.Torch(input, "MovingAverageMinMaxObserver").ToArray();
        records.ShouldNotBeEmpty();
        foreach (var record in records) first.Average().ShouldBe(ObserverGolden.Ranges(record, "min", "max").Single());
    }

    [Theory, MemberData(nameof(Inputs))]
    public void The_ranges_of_channels_are_PyTorchs(string input)
    {
        var tensor = ObserverGolden.Input(input);
        var batches = ObserverGolden.Weights.Contains(input) ? 1 : tensor.Shape[0];
        var shape = batches == 1 ? tensor.Shape : new Shape(tensor.Shape[1..]);
        foreach (var record in ObserverGolden.Torch(input, "PerChannelMinMaxObserver"))
        {
            var layout = ChannelLayout.Of(shape, record.GetProperty("ch_axis").GetInt32());
            var observer = new ChannelMinMaxObserver(layout.Channels, layout.Inner);
            for (var batch = 0; batch < batches; batch++) observer.Observe(tensor.Floats.Slice(batch * shape.Length, shape.Length), batch);

            observer.Ranges.ToArray().ShouldBe(ObserverGolden.Ranges(record, "min", "max"));
        }
    }

    [Theory, MemberData(nameof(Activations))]
    public void The_moving_averages_of_channels_are_PyTorchs(string input)
    {
        var tensor = ObserverGolden.Input(input);
        var shape = new Shape(tensor.Shape[1..]);
        var records = ObserverGolden.Torch(input, "MovingAveragePerChannelMinMaxObserver").ToArray();
        records.ShouldNotBeEmpty();
        foreach (var record in records)
        {
            var layout = ChannelLayout.Of(shape, record.GetProperty("ch_axis").GetInt32());
            var (first, second) =
                (new ChannelMovingAverageObserver(layout.Channels, layout.Inner),
                    new ChannelMovingAverageObserver(layout.Channels, layout.Inner));
            foreach (var batch in new[] { 2, 0, 1 })
                (batch == 0 ? second : first).Observe(tensor.Floats.Slice(batch * shape.Length, shape.Length), batch);
            first.Merge(second);

            first.Average().ShouldBe(ObserverGolden.Ranges(record, "min", "max"));
        }
    }

    [Fact]
    public void Merged_observers_have_seen_what_each_has_seen()
    {
        var (first, second, channels) = (new MinMaxObserver(), new MinMaxObserver(), new ChannelMinMaxObserver(2, 1));
        first.Observe([1, 5, 2], 0);
        second.Observe([-3, 2], 1);
        first.Merge(second);
        first.Range.ShouldBe(new ValueRange(-3, 5));
        first.Merge(new MinMaxObserver());
        first.Range.ShouldBe(new ValueRange(-3, 5));

        channels.Observe([1, 2, 3, 4], 0);
        var others = new ChannelMinMaxObserver(2, 1);
        others.Observe([0, 9], 1);
        channels.Merge(others);
        channels.Ranges.ToArray().ShouldBe([new(0, 3), new(2, 9)]);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void A_value_that_is_not_finite_is_refused(float value)
    {
        var values = new float[100];
        values[57] = value;
        IObserver[] observers =
            [new MinMaxObserver(), new MovingAverageMinMaxObserver(), new ChannelMinMaxObserver(10, 1), new ChannelMinMaxObserver(2, 5)];
        foreach (var observer in observers)
        {
            Should.Throw<CalibrationException>(() => observer.Observe(values, 0)).Message.ShouldContain($"a value of {value} was seen");
        }
    }

    [Fact]
    public void No_values_change_nothing()
    {
        var (range, average) = (new MinMaxObserver(), new MovingAverageMinMaxObserver());
        range.Observe([], 0);
        average.Observe([], 0);
        range.Range.IsNothing.ShouldBeTrue();
        average.Average().IsNothing.ShouldBeTrue();
    }
}
