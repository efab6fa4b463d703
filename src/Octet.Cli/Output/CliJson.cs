using System.Text.Json;
using System.Text.Json.Serialization;
using Octet.Checking;
using Octet.Evaluation;
using Octet.Reporting;
using Octet.Verification;

namespace Octet.Cli;

/// <summary>The JSON of all results, generated at build time so that the command line starts fast.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    Converters = [typeof(FiniteOrNull), typeof(AccuracyJson), typeof(SeverityJson), typeof(LayerExecutionJson)])]
[JsonSerializable(typeof(Accuracy))]
[JsonSerializable(typeof(CalibrationReport))]
[JsonSerializable(typeof(CompareReport))]
[JsonSerializable(typeof(ConversionReport))]
[JsonSerializable(typeof(ModelCheckReport))]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(PageDocument))]
[JsonSerializable(typeof(PreparationReport))]
[JsonSerializable(typeof(RecipeAnswer))]
[JsonSerializable(typeof(RecipeList))]
[JsonSerializable(typeof(RunOutputs))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(RuntimeReport))]
[JsonSerializable(typeof(TrainingReport)), JsonSerializable(typeof(EpochReport))]
[JsonSerializable(typeof(int)), JsonSerializable(typeof(int[][])), JsonSerializable(typeof(string))]
sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>The same without spaces, for pages.</summary>
    public static CliJson Page { get; } =
        new(new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Converters = { new FiniteOrNull(), new AccuracyJson(), new SeverityJson(), new LayerExecutionJson() }
        });

    /// <summary>The same with each object on a line of its own, for logs.</summary>
    public static CliJson Lines { get; } =
        new(new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            Converters = { new FiniteOrNull(), new AccuracyJson(), new SeverityJson() }
        });
}

/// <summary>JSON has no infinity: the ratio of a signal to no error at all is null.</summary>
sealed class FiniteOrNull : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? double.PositiveInfinity : reader.GetDouble();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteNullValue();
    }
}

/// <summary>The figures stand beside the number of samples: <c>{ "samples": 400, "top1": 86.75, "top5": 98.25, "seconds": 4.2
/// }</c>.</summary>
sealed class AccuracyJson : JsonConverter<Accuracy>
{
    public override Accuracy Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("The command line writes figures and does not read them.");

    public override void Write(Utf8JsonWriter writer, Accuracy value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteNumber("samples", value.Samples);
        foreach (var figure in value.Figures) writer.WriteNumber(figure.Key, figure.Percent);
        writer.WriteNumber("seconds", value.Seconds);
        writer.WriteEndObject();
    }
}

/// <summary>As a word: <c>"warning"</c>.</summary>
sealed class SeverityJson() : JsonStringEnumConverter<Severity>(JsonNamingPolicy.CamelCase);

/// <summary>As a word: <c>"integer"</c>.</summary>
sealed class LayerExecutionJson() : JsonStringEnumConverter<LayerExecution>(JsonNamingPolicy.CamelCase);
