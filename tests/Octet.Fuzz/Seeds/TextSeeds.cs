using Octet.Calibration;
using Octet.Calibration.Formats;
using Octet.Calibration.Methods;
using Octet.Data;
using Octet.Numerics;
using Octet.Pipeline;
using Octet.Pipeline.RecipeFiles;

namespace Octet.Fuzz.Seeds;

/// <summary>Sound texts of each kind, as Octet writes them.</summary>
static class TextSeeds
{
    public static IReadOnlyList<string> Recipes { get; } = [.. Octet.Pipeline.Recipes.All.Select(RecipeFile.Write)];

    public static IReadOnlyList<string> Tables { get; } = [.. CalibrationFormats.All.Select(Written).OfType<string>()];

    public static IReadOnlyList<string> Coco { get; } =
    [
        """
        {"images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b/c.png"}, {"id": 3, "file_name": "d.png"}],
         "categories": [{"id": 1}, {"id": 90}],
         "annotations": [{"id": 7, "image_id": 1, "category_id": 90, "bbox": [1, 2, 3.5, 4e0], "iscrowd": 0}, {"id": 8, "image_id": 2, "category_id": 1, "bbox": [0, 0, 1, 1]}]}
        """,
    ];

    public static IReadOnlyList<string> Preprocessing { get; } =
        [new ImagePreprocessing().ToJson(), new ImagePreprocessing { Mean = [1, 2, 3], Scale = [0.1f, 0.2f, 0.3f] }.ToJson()];

    static string? Written(ICalibrationFormat format)
    {
        using var text = new StringWriter { NewLine = "\n" };
        try
        {
            Table().Write(text, "seed", format);
            // Some formats have no place for any of it.
            return text.ToString() is { Length: > 0 } written ? written : null;
        }
        catch (OctetException)
        {
            return null;
        }
    }

    static CalibrationTable Table()
    {
        var observers =
            new Statistic[] { new Statistic.Extremes(), new Statistic.SampleExtremes(), new Statistic.Distribution(16),
                new Statistic.SampleThresholds(new OctavMethod()) }
            .Select(statistic => KeyValuePair.Create(statistic, statistic.CreateObserver())).ToArray();
        for (var sample = 0; sample < 3; sample++)
        {
            foreach (var (_, observer) in observers) observer.Observe([sample - 1.5f, 0, 0.25f, 2 * sample], sample);
        }
        return new()
        {
            Method = "percentile",
            Samples = 3,
            Ranges = new Dictionary<string, ValueRange> { ["x"] = new(-1.5f, 2), ["y"] = new(0, 6) },
            Thresholds = new Dictionary<string, float> { ["x"] = 1.5f, ["y"] = 6 },
            Statistics = new()
            {
                Model = "0011",
                Data = "2233",
                TotalSamples = 4,
                Seen = [new(0, 1), new(2, 4)],
                Observers = new Dictionary<string, IObserver> { ["x"] = new ObserverSet(observers) },
            },
        };
    }
}
