using System.Text.Json.Serialization;
using Octet.Reporting;

namespace Octet.Cli;

/// <summary>The JSON of all results, generated at build time so that the command line starts fast.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(int)), JsonSerializable(typeof(string))]
sealed partial class CliJson : JsonSerializerContext;
