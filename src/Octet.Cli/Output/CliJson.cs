using System.Text.Json;
using System.Text.Json.Serialization;
using Octet.Evaluation;
using Octet.Reporting;

namespace Octet.Cli;

/// <summary>The JSON of all results, generated at build time so that the command line starts fast.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, Converters = [typeof(FiniteOrNull)])]
[JsonSerializable(typeof(Accuracy))]
[JsonSerializable(typeof(CalibrationReport))]
[JsonSerializable(typeof(CompareReport))]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(PreparationReport))]
[JsonSerializable(typeof(RecipeAnswer))]
[JsonSerializable(typeof(RecipeList))]
[JsonSerializable(typeof(RunOutputs))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(int)), JsonSerializable(typeof(int[][])), JsonSerializable(typeof(string))]
sealed partial class CliJson : JsonSerializerContext;

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
