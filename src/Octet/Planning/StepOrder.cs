namespace Octet.Planning;

/// <summary>The order in which steps make sense: first those that change the float graph, then the one that chooses ranges, then those that
/// work on integers.</summary>
static class StepOrder
{
    /// <summary>What is wrong with a list of steps, by the index of the step; empty if nothing.</summary>
    public static IEnumerable<(int Index, string Problem)> Problems(IReadOnlyList<QuantizationStep> steps)
    {
        var chooser = steps.Index().FirstOrDefault(entry => entry.Item.Stage == StepStage.Ranges);
        if (chooser.Item is null)
        {
            yield return (0, "no step chooses ranges, so that no value becomes integers; add 'choose-ranges'");
            yield break;
        }
        foreach (var (index, step) in steps.Index())
        {
            if (step.Stage == StepStage.Ranges && index != chooser.Index)
                yield return (index, $"'{step.Name}' chooses ranges that '{chooser.Item.Name}' has chosen already; leave one out");
            if (step.Stage == StepStage.Graph && index > chooser.Index)
                yield return (index, $"'{step.Name}' changes the float model; put it before '{chooser.Item.Name}'");
            if (step.Follows is { } needed && !steps.Take(index).Any(other => other.Name == needed))
                yield return (index, $"'{step.Name}' needs '{needed}' before it, whose settings it takes");
            if (step.Stage == StepStage.Integers && index < chooser.Index)
                yield return (index, $"'{step.Name}' works on integers; put it behind '{chooser.Item.Name}'");
            if (step.Stage == StepStage.Integers && !chooser.Item.NeedsSamples)
                yield return (index, $"'{step.Name}' needs ranges that hold for all runs, which '{chooser.Item.Name}' does not choose; "
                    + "leave one out");
        }
    }
}

/// <summary>What a step works on.</summary>
enum StepStage
{
    /// <summary>The float graph, before ranges are chosen.</summary>
    Graph,

    /// <summary>The choice of ranges, which makes the first integers.</summary>
    Ranges,

    /// <summary>A model that has its integers.</summary>
    Integers,
}
