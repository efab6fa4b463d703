namespace Octet.Calibration.Formats;

/// <summary>The formats by name.</summary>
public static class CalibrationFormats
{
    /// <summary>Octet's own, the only one that keeps everything.</summary>
    public static ICalibrationFormat Octet { get; } = new OctetFormat();

    /// <summary>In the order in which they are tried on a file: what says its own name first.</summary>
    public static IReadOnlyList<ICalibrationFormat> All { get; } =
        [Octet, new TensorRtFormat(), new EncodingsFormat(), new OrtTensorRtFormat(), new NcnnFormat(), new TpuMlirFormat()];

    /// <summary>The format of that name, or null.</summary>
    public static ICalibrationFormat? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(format => format.Name == name);
    }

    /// <summary>The format that a text is likely meant to be of, or null.</summary>
    public static ICalibrationFormat? Recognise(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return All.FirstOrDefault(format => format.Recognises(text));
    }
}
