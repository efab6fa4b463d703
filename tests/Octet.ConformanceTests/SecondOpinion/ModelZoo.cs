using Octet.Data;

namespace Octet.ConformanceTests;

/// <summary>A real model with pictures of its own kind, and how they become its input.</summary>
/// <param name="Name">For test results.</param>
/// <param name="Model">Its file: from the repository, or from the shared folder, which may be absent.</param>
/// <param name="Pictures">A folder.</param>
/// <param name="Preprocessing">As the model's description says.</param>
sealed record ZooModel(string Name, Func<string> Model, Func<string> Pictures, ImagePreprocessing Preprocessing)
{
    /// <summary>The operator in which ONNX Runtime parts from what the exported file says; null where each element is equal.</summary>
    public string? PartsIn { get; init; }

    /// <summary>What each output has to reach then, in decibels.</summary>
    public double MinSqnr { get; init; } = 40;
}

/// <summary>The models that tests run whole.</summary>
static class ModelZoo
{
    /// <summary>x = (pixel − 127.5) / 127.5.</summary>
    static readonly ImagePreprocessing MinusOneToOne = new() { Mean = [127.5f], Scale = [1 / 127.5f] };

    /// <summary>ONNX Runtime interpolates the integers themselves and cuts the fraction off; the file says to interpolate real values and
    /// to round.</summary>
    const string LinearResize = "Resize";

    public static IReadOnlyList<ZooModel> All { get; } =
    [
        new("signs", () => Signs.Model, () => Signs.Validation,
            Signs.Preprocessing),
        new("mobilenet_v2", Shared("mobilenet_v2_1.0_224"), () => SharedFolder.Require("data", "imagenet", "val"),
            MinusOneToOne with { Resize = ImageResize.ShortSideTo(256), Crop = new(224, 224) }),
        new("deeplabv3", Shared("deeplabv3_mobilenetv2_voc_513"), () => SharedFolder.Require("data", "voc-seg", "val"),
            MinusOneToOne with { Resize = ImageResize.To(513, 513), Letterbox = Letterbox.TopLeft, PadValue = 128 })
            { PartsIn = LinearResize },
        new("yolox_nano", Shared("yolox_nano_416"), () => SharedFolder.Require("data", "coco", "val"),
            new() { Resize = ImageResize.To(416, 416), Letterbox = Letterbox.TopLeft, PixelFormat = PixelFormat.Bgr })
            // Its outputs are floats, of a Sigmoid whose last bits differ: 140 dB were measured. An integer apart would cost over 100.
            { PartsIn = "Sigmoid", MinSqnr = 130 },
        new("selfie_segmenter", Shared("selfie_segmenter_landscape"), () => SharedFolder.Require("data", "coco", "val"),
            new() { Resize = ImageResize.To(144, 256), Scale = [1 / 255f] })
            // Six of them, one after the other: 26.6 dB were measured, where ONNX Runtime's own two runs of the file are 23.4 dB apart.
            { PartsIn = LinearResize, MinSqnr = 25 },
    ];

    public static ZooModel Get(string name) => All.Single(model => model.Name == name);

    static Func<string> Shared(string model) => () => SharedFolder.Require("models", model + ".onnx");
}
