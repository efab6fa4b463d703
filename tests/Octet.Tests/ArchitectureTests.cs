using System.Text.RegularExpressions;

namespace Octet.Tests;

public sealed partial class ArchitectureTests
{
    /// <summary>The diagram: a folder may use those before it, and no other.</summary>
    static readonly string[] Folders =
    [
        "Foundation", "Tensors", "Numerics", "Kernels", "Operators", "Graphs", "Onnx", "Passes", "Lowering", "Running", "Data", "Calibration", "Planning", "Steps", "Training", "Exporting", "TexasInstruments", "Evaluation",
        "Checking", "Reporting", "Jobs",
    ];

    static string Source => Path.Combine(SharedFolder.Repository, "src", "Octet");

    [Fact]
    public void Each_folder_of_the_library_uses_only_the_folders_before_it()
    {
        var wrong = from file in Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
                    let folder = Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar)[0]
                    where Folders.Contains(folder)
                    from line in File.ReadLines(file)
                    let used = UsedFolder().Match(line).Groups[1].Value
                    where used.Length > 0 && Array.IndexOf(Folders, used) > Array.IndexOf(Folders, folder)
                    select $"{Path.GetRelativePath(Source, file)} uses {used}";

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void Every_folder_of_the_library_has_its_place_in_the_order() =>
        Directory.EnumerateDirectories(Source).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj")).ShouldBeSubsetOf(Folders);

    [GeneratedRegex(@"^(?:global )?using (?:static )?Octet\.(\w+)")]
    private static partial Regex UsedFolder();
}
