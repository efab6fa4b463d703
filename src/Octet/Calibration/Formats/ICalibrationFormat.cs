namespace Octet.Calibration.Formats;

/// <summary>A file format of calibration tables, of Octet or of another tool.</summary>
public interface ICalibrationFormat
{
    /// <summary>As the command line calls it: <c>tpu-mlir</c>.</summary>
    string Name { get; }

    /// <summary>Which tool it belongs to and what it holds, in half a line.</summary>
    string Description { get; }

    /// <summary>What the file calls the values of a model.</summary>
    TableNaming Naming { get; }

    /// <summary>Whether ranges in the file are what was seen, and thresholds what was chosen.</summary>
    bool TakesExtremes => false;

    /// <summary>Whether the file holds the scales of weights too.</summary>
    bool TakesWeights => false;

    /// <summary>Whether the text is likely meant to be of this format.</summary>
    bool Recognises(string text);

    /// <summary>Reads a whole file. Names stay as the file has them; <see cref="TableNaming"/> says what they mean.</summary>
    /// <exception cref="TableFormatException">The text is damaged, or says what cannot be.</exception>
    CalibrationTable Read(string text);

    /// <summary>Writes as much of a table as the format holds.</summary>
    /// <param name="table">With names as the file is to have them.</param>
    /// <param name="writer">Receives the text, with <c>\n</c> between lines.</param>
    /// <exception cref="TableFormatException">A name or a number has no place in the format.</exception>
    void Write(CalibrationTable table, TextWriter writer);
}

/// <summary>What a file calls the values of a model.</summary>
public enum TableNaming
{
    /// <summary>The names that the ONNX model gives them.</summary>
    Values,

    /// <summary>As tpu-mlir does it: <c>name_Operator</c> for what an operator makes, the plain name for inputs.</summary>
    ValueAndOperator,

    /// <summary>Layers rather than values; what is said holds for the layer's input and weight.</summary>
    Layers,
}

/// <summary>A table file is not valid; the reader of the file adds its name.</summary>
public sealed class TableFormatException(string reason) : FormatException(reason)
{
    const int MaxListed = 10;

    /// <summary>A message that lists problems, the first ones if there are many.</summary>
    internal static TableFormatException Of(IReadOnlyCollection<string> problems) =>
        new(string.Join("; ", problems.Take(MaxListed))
            + (problems.Count > MaxListed ? $"; and {problems.Count - MaxListed} more such" : ""));
}
