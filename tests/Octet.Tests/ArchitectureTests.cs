using System.Text.RegularExpressions;

namespace Octet.Tests;

[Trait("Cpu", "any")]
public sealed partial class ArchitectureTests
{
    /// <summary>The diagram: a room may use those before it, and no other. At the root is only the front door, which may use all of
    /// them.</summary>
    static readonly string[] Rooms =
    [
        "Foundation", "Tensors", "Cluster", "Numerics", "Kernels", "Operators", "Graphs", "Onnx", "Passes", "Lowering", "Running", "Data",
            "Calibration", "Planning", "Steps", "Training", "Exporting",
        "TexasInstruments", "Evaluation", "Pipeline", "Checking", "Reporting", "Jobs",
    ];

    static readonly string[] FrontDoor = ["Quantizer.cs", "StaticQuantization.cs"];

    static string Source => Path.Combine(SharedFolder.Repository, "src", "Octet");

    static IEnumerable<(string File, string Room)> Files => Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        .Select(file => (file, Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar)[0]))
        .Where(entry => Rooms.Contains(entry.Item2));

    [Fact]
    public void Each_room_uses_only_the_rooms_before_it()
    {
        var wrong = from entry in Files
                    from line in File.ReadLines(entry.File)
                    where !line.TrimStart().StartsWith("///", StringComparison.Ordinal)
                    from Match match in UsedRoom().Matches(line)
                    let used = match.Groups[1].Value
                    where Array.IndexOf(Rooms, used) > Array.IndexOf(Rooms, entry.Room)
                    select $"{Path.GetRelativePath(Source, entry.File)} uses {used}";

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void No_room_uses_the_front_door()
    {
        var types = FrontDoor.Select(Path.GetFileNameWithoutExtension).ToArray();
        var wrong = from entry in Files
                    from line in File.ReadLines(entry.File)
                    where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                    from type in types
                    where Regex.IsMatch(line, $@"(?<![\w.]){type}\.")
                    select $"{Path.GetRelativePath(Source, entry.File)} uses {type}";

        wrong.ShouldBeEmpty();
    }

    [Fact]
    public void At_the_root_is_only_the_front_door() =>
    Directory.EnumerateFiles(Source, "*.cs").Select(Path.GetFileName).ShouldBe(FrontDoor, ignoreOrder: true);

    [Fact]
    public void Every_folder_is_a_room_and_has_its_place_in_the_order() =>
        Directory.EnumerateDirectories(Source).Select(Path.GetFileName).Where(name => name is not ("bin" or "obj"))
        .ShouldBe(Rooms, ignoreOrder: true);

    [Fact]
    public void The_page_lists_the_rooms_in_this_order()
    {
        var rows = File.ReadLines(Path.Combine(SharedFolder.Repository, "docs", "architecture.md")).Select(line => RoomRow().Match(line))
            .Where(match => match.Success);
        rows.Select(match => match.Groups[1].Value).ShouldBe(Rooms);
    }

    /// <summary>In a using directive, or in front of a type's name; sub-rooms count as their room.</summary>
    [GeneratedRegex(@"\bOctet\.(\w+)\b")]
    private static partial Regex UsedRoom();

    [GeneratedRegex(@"^\| `([A-Z]\w+)` \|")]
    private static partial Regex RoomRow();
}
