using Octet.Calibration;
using Octet.Graphs;

namespace Octet.Planning;

/// <summary>The constants of a plan: only finite numbers can be quantized.</summary>
static class PlannedConstants
{
    /// <exception cref="CalibrationException">A constant that becomes integers is no finite number; the message lists all of
    /// them.</exception>
    public static void ThrowIfNotFinite(QuantizationPlan plan)
    {
        var constants = plan.Weights.Select(weight => (weight.Weight, $"weight of {weight.Node.Label}"))
            .Concat(plan.Biases.Select(bias => (bias.Node.Inputs[bias.Input]!, $"bias of {bias.Node.Label}")))
            .Concat(plan.Groups.SelectMany(group => group.Values).Where(value => value.Constant is not null)
                .Select(value => (value, $"read by {value.Consumers[0].Label}")));
        var ignored = new Lazy<IReadOnlyDictionary<Value, IgnoredElements>>(() => IgnoredElements.In(plan.Graph));
        if (NonFiniteSearch.In(constants.Where(entry => !ignored.Value.ContainsKey(entry.Item1))) is { Count: > 0 } problems)
            throw CalibrationException.NotFinite(problems);
    }
}
