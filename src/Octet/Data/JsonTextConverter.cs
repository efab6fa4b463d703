using System.Text.Json;
using System.Text.Json.Serialization;

namespace Octet.Data;

/// <summary>Keeps a value in JSON as the text that people write for it on the command line.</summary>
sealed class JsonTextConverter<T> : JsonConverter<T> where T : IParsable<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String) throw new JsonException();
        try
        {
            return T.Parse(reader.GetString()!, null);
        }
        catch (FormatException problem)
        {
            throw new JsonException(problem.Message, problem);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
