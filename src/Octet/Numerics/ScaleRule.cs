namespace Octet.Numerics;

/// <summary>The conventions in which tools differ when they turn a range into a scale and a zero point.</summary>
public enum ScaleRule
{
    /// <summary>
    /// ONNX Runtime's: a scale too small for a normal float becomes 1 with zero point 0; the zero point is rounded in double precision;
    /// reduced signed ranges have 129 steps, −64..64 in 8 bits.
    /// </summary>
    OnnxRuntime,

    /// <summary>PyTorch's: no scale is smaller than 2⁻²³; all is computed in float32; reduced signed ranges lose one bit, −64..63 in 8
    /// bits.</summary>
    PyTorch,

    /// <summary>
    /// TI's: the range divides into all 2^bits steps, so that its upper end lies one step beyond the greatest integer; magnitudes below
    /// 2⁻¹⁶ count as 2⁻¹⁶. With <see cref="QuantizationSpec.PowerOfTwo"/> the magnitude is what is rounded up.
    /// </summary>
    TexasInstruments,
}
