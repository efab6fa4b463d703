namespace Octet.Fuzz.Seeds;

/// <summary>The sound models that changes begin with: those written here, what once did harm, single nodes with whatever operands come to
/// hand, and the operator suite where it lies beside the checkout.</summary>
static class ModelSeeds
{
    const int MaxBytes = 8000;

    static readonly byte[][] Suite = [.. Files().Select(File.ReadAllBytes)];

    public static byte[] Pick(Random random) => random.Next(10) switch
    {
        9 when random.Next(2) == 0 => PastFindings.Models[random.Next(PastFindings.Models.Count)].Make(),
        0 or 1 => NodeSeeds.Make(random),
        < 6 when Suite.Length > 0 => Suite[random.Next(Suite.Length)],
        _ => NetworkSeeds.Make(random),
    };

    static IEnumerable<string> Files()
    {
        var root = (Environment.GetEnvironmentVariable("OCTET_SHARED")) is { } shared ? Path.Combine(shared, "conformance", "onnx") : "";
        return Directory.Exists(root)
            ? Directory.EnumerateFiles(root, "model.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(path => new FileInfo(path).Length <= MaxBytes)
            : [];
    }
}
