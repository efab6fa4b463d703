using System.CommandLine;
using Octet.Calibration;
using Octet.Data;
using Octet.Numerics;
using Octet.Planning;

namespace Octet.Cli;

/// <summary>How a model becomes an integer one.</summary>
sealed class QuantizationOptions() : OptionGroup("Quantization")
{
    readonly Option<CalibrationMethod> _method = OptionKinds.Choice(
        "--method",
        $"How ranges are chosen: {string.Join("; ", CalibrationMethods.All.Select(method => $"{method.Name}: {method.Description}"))}. {CalibrationMethods.Default.Name} if left out.",
        [.. CalibrationMethods.All.Select(method => (method.Name, method))]);

    readonly Option<bool> _perTensor = new("--per-tensor") { Description = "One scale for a whole weight instead of one for each output channel: for devices that know no other; costs accuracy." };

    readonly Option<QuantizationSpec> _activations = OptionKinds.Choice(
        "--activations", "Integers between operators: uint8 with a zero point (the default), or int8 with the same range on both sides of zero.",
        ("uint8", QuantizationSpec.UInt8), ("int8", QuantizationSpec.Int8Symmetric));

    public override IReadOnlyList<Option> Options => [_method, _perTensor, _activations];

    public QuantizerOptions Read(CommandRun run, SampleRunOptions runOptions)
    {
        var config = Recipe.Default.Config;
        return new()
        {
            Recipe = Recipe.Default with
            {
                Config = config with
                {
                    ActivationMethod = run.Get(_method) ?? config.ActivationMethod,
                    Activations = run.Get(_activations) ?? config.Activations,
                    Weights = config.Weights with { PerChannel = !run.Get(_perTensor) },
                },
            },
            Run = runOptions,
        };
    }
}
