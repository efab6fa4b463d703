using Octet.Benchmarks.Comparison;
using Octet.Data;
using Octet.Evaluation;

namespace Octet.Benchmarks.Recipes;

/// <summary>A real network with pictures to calibrate it, and labelled ones where it has a task that is labelled.</summary>
/// <param name="Name">For the table.</param>
/// <param name="File">The ONNX model.</param>
/// <param name="Preprocessing">As the model's description says.</param>
/// <param name="Calibration">A folder of pictures.</param>
/// <param name="Validation">Other pictures.</param>
/// <param name="Labels">Their labels; null where there are none.</param>
/// <param name="Metric">What is measured on them.</param>
sealed record LabelledModel(string Name, string File, ImagePreprocessing Preprocessing, string Calibration, string Validation,
    string? Labels = null, MetricKind Metric = MetricKind.Top1)
{
    static readonly string Shared = Environment.GetEnvironmentVariable("OCTET_SHARED") ?? Path.Combine(Machine.Repository, "..", "shared");

    static readonly ImagePreprocessing MinusOneToOne = new() { Mean = [127.5f], Scale = [1 / 127.5f] };

    public static IReadOnlyList<LabelledModel> All { get; } =
    [
        new("signs", Path.Combine(Machine.Repository, "samples", "signs", "signs-mobilenetv2.onnx"),
            new() { Mean = [123.675f, 116.28f, 103.53f], Scale = [0.017125f, 0.017507f, 0.017429f] },
            Signs("calibration"), Signs("validation"), Path.Combine(Signs("validation"), "labels.txt")),
        new("mobilenet_v2", Model("mobilenet_v2_1.0_224"),
            MinusOneToOne with { Resize = ImageResize.ShortSideTo(256), Crop = new(224, 224) },
            Data("imagenet", "calib"), Data("imagenet", "val"), Data("imagenet", "val", "labels.txt")),
        new("deeplabv3", Model("deeplabv3_mobilenetv2_voc_513"),
            MinusOneToOne with { Resize = ImageResize.To(513, 513), Letterbox = Letterbox.TopLeft, PadValue = 128 },
            Data("voc-seg", "calib", "images"), Data("voc-seg", "val", "images"), Data("voc-seg", "val", "labels"), MetricKind.MIoU),
        new("yolox_nano", Model("yolox_nano_416"),
            new() { Resize = ImageResize.To(416, 416), Resampling = Octet.Data.Images.Resampling.OpenCv, Letterbox = Letterbox.TopLeft,
                PixelFormat = PixelFormat.Bgr },
            Data("coco", "calib", "images"), Data("coco", "val", "images"), Data("coco", "val", "labels"), MetricKind.Map),
        new("selfie_segmenter", Model("selfie_segmenter_landscape"), new() { Resize = ImageResize.To(144, 256), Scale = [1 / 255f] },
            Data("coco", "calib", "images"), Data("coco", "val", "images")),
    ];

    static string Signs(string part) => Path.Combine(Machine.Repository, "samples", "signs", part);

    static string Model(string name) => Path.Combine(Shared, "models", name + ".onnx");

    static string Data(params string[] parts) => Path.Combine([Shared, "data", .. parts]);
}
