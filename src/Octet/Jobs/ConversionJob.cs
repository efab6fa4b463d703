using Octet.Exporting;
using Octet.Onnx;
using Octet.Reporting;

namespace Octet.Jobs;

/// <summary>From one form of a quantized ONNX file to the other, whichever tool wrote it. What <c>octet convert</c> does.</summary>
public sealed record ConversionJob
{
    /// <summary>The quantized ONNX model.</summary>
    public required string Model { get; init; }

    /// <summary>Where the converted model goes.</summary>
    public required string Output { get; init; }

    /// <summary>The form that is written.</summary>
    public required QuantizedFormat Format { get; init; }

    /// <summary>Does it all. The output file appears whole or not at all.</summary>
    /// <exception cref="OctetException">The model has nothing to convert, or a file has to be changed; the message says what.</exception>
    public ConversionReport Run(CancellationToken cancel = default)
    {
        OutputCheck.Check([Output], [Model]);
        var model = OnnxReader.Read(Model);
        OutputCheck.Check([Output], model.DataFiles);
        var converted = Format == QuantizedFormat.QOperator ? QOperatorExport.Convert(model) : QdqConversion.Convert(model);
        cancel.ThrowIfCancellationRequested();
        OnnxWriter.Write(converted.Model, Output);
        return new()
        {
            Output = Output,
            Operators = [.. converted.Model.Graph.Nodes.GroupBy(node => node.OpType).OrderBy(nodes => nodes.Key, StringComparer.Ordinal)
                .Select(nodes => new OperatorCount(nodes.Key, nodes.Count(), nodes.First().Operator is not Operators.UnsupportedOperator))],
            Left = converted.Left,
        };
    }
}
