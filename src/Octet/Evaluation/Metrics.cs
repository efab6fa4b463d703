using Octet.Data;
using Octet.Evaluation.Boxes;
using Octet.Evaluation.Masks;

namespace Octet.Evaluation;

/// <summary>What is measured on labelled samples.</summary>
public enum MetricKind
{
    /// <summary>How often a classifier is right: <see cref="Classification"/>.</summary>
    Top1,

    /// <summary>How well regions are found: <see cref="Segmentation"/>.</summary>
    MIoU,

    /// <summary>How well boxes are found: <see cref="ObjectDetection"/>.</summary>
    Map,
}

/// <summary>Makes the metric that fits some labels.</summary>
public static class Metrics
{
    /// <summary>Tells by their form what labels are for: a folder with PNG files holds masks, one with text files boxes, and so does a JSON
    /// file; all else are classes.</summary>
    /// <param name="labels">A file or folder.</param>
    public static MetricKind FindKind(string labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!Directory.Exists(labels))
            return labels.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? MetricKind.Map : MetricKind.Top1;
        var first = SampleFolder.AllFiles(labels).Select(Path.GetExtension)
            .FirstOrDefault(ending => ending?.ToLowerInvariant() is ".png" or ".txt");
        return first?.ToLowerInvariant() switch { ".png" => MetricKind.MIoU, ".txt" => MetricKind.Map, _ => MetricKind.Top1 };
    }

    /// <summary>Reads the labels and makes the metric that judges by them.</summary>
    /// <param name="kind">What to measure.</param>
    /// <param name="samples">What is labelled.</param>
    /// <param name="labels">A file or folder, of the form that the metric reads.</param>
    /// <param name="preprocessing">How pictures become inputs; null where the samples are arrays.</param>
    /// <param name="decoder">For <see cref="MetricKind.Map"/>, how outputs become boxes; null finds out.</param>
    /// <exception cref="OctetException">The labels cannot be read, or do not cover the samples.</exception>
    public static Metric Open(MetricKind kind, ISampleSource samples, string labels, ImagePreprocessing? preprocessing = null,
        BoxDecoder? decoder = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(labels);
        return kind switch
        {
            MetricKind.Top1 => new Classification(LabelFile.Read(labels).Of(samples)),
            MetricKind.MIoU => new Segmentation(samples, labels, preprocessing),
            MetricKind.Map => new ObjectDetection(samples, labels, preprocessing, decoder),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such metric."),
        };
    }
}
