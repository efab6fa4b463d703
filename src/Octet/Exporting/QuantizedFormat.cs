namespace Octet.Exporting;

/// <summary>How an ONNX file says that a model computes with integers.</summary>
public enum QuantizedFormat
{
    /// <summary>Operators on real numbers between DequantizeLinear and QuantizeLinear: <see cref="QdqExport"/>. All runtimes that plan
    /// integers take it.</summary>
    Qdq,

    /// <summary>Operators on 8-bit integers, ONNX's and ONNX Runtime's: <see cref="QOperatorExport"/>.</summary>
    QOperator,
}
