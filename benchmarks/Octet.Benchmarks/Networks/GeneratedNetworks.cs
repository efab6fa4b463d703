namespace Octet.Benchmarks.Networks;

/// <summary>Networks for speed alone, made when they are first asked for.</summary>
/// <param name="Name">Of the file, without extension.</param>
/// <param name="Write">Builds the network and writes it to a path.</param>
sealed record GeneratedNetwork(string Name, Action<string> Write);

static class GeneratedNetworks
{
    public static IReadOnlyList<GeneratedNetwork> All { get; } =
    [
        new("resnet18", path => ResNet.Write(path, [2, 2, 2, 2], isDeep: false)),
        new("resnet50", path => ResNet.Write(path, [3, 4, 6, 3], isDeep: true)),
        new("mobilenet_v3_large", MobileNetV3.Write),
        new("efficientnet_b0", EfficientNet.Write),
        new("regnet_x_400mf", RegNet.Write),
        new("yolov5s", YoloV5.Write),
        new("vit_tiny_16", VisionTransformer.Write),
    ];

    /// <summary>The file of a network; written to the folder for temporary files where it is not there yet.</summary>
    public static string FileOf(GeneratedNetwork network)
    {
        var folder = Path.Combine(Path.GetTempPath(), "octet-networks");
        var path = Path.Combine(folder, $"{network.Name}.onnx");
        Directory.CreateDirectory(folder);
        if (!File.Exists(path)) network.Write(path);
        return path;
    }
}
