using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.Json;

namespace Octet.TestSupport;

/// <summary>Where a network lies in the files of a package.</summary>
/// <param name="FileName">What it is called where it is kept.</param>
/// <param name="Path">Its file in the package, or the file that leads to it.</param>
abstract record PackageEntry(string FileName, string Path)
{
    /// <summary>Writes the network.</summary>
    /// <param name="folder">The unpacked package.</param>
    /// <param name="network">Where it goes.</param>
    public abstract void CopyTo(string folder, Stream network);
}

/// <summary>A network that is a file.</summary>
sealed record FileEntry(string Path) : PackageEntry(System.IO.Path.GetFileName(Path), Path)
{
    public override void CopyTo(string folder, Stream network)
    {
        using var file = File.OpenRead(System.IO.Path.Combine(folder, Path));
        file.CopyTo(network);
    }
}

/// <summary>A network that is a resource of a .NET library. Nothing of the library is run.</summary>
/// <param name="FileName">What it is called where it is kept.</param>
/// <param name="Path">The library.</param>
/// <param name="Ending">How the name of the resource ends.</param>
sealed record ResourceEntry(string FileName, string Path, string Ending) : PackageEntry(FileName, Path)
{
    public override void CopyTo(string folder, Stream network)
    {
        using var library = new PEReader(File.OpenRead(System.IO.Path.Combine(folder, Path)));
        var metadata = library.GetMetadataReader();
        var resource = metadata.ManifestResources.Select(metadata.GetManifestResource)
            .Single(resource => metadata.GetString(resource.Name).EndsWith(Ending, StringComparison.Ordinal));
        // Resources lie one behind the other, each behind its length.
        var reader = library.GetSectionData(library.PEHeaders.CorHeader!.ResourcesDirectory.RelativeVirtualAddress)
            .GetReader((int)resource.Offset, sizeof(int));
        var length = reader.ReadInt32();
        var bytes = library.GetSectionData(library.PEHeaders.CorHeader.ResourcesDirectory.RelativeVirtualAddress)
            .GetContent((int)resource.Offset + sizeof(int), length);
        network.Write(bytes.AsSpan());
    }
}

/// <summary>A network that was cut into files, which a JSON file lists.</summary>
/// <param name="FileName">What it is called where it is kept.</param>
/// <param name="Path">The list; its files lie beside it.</param>
/// <param name="Key">Which of the list.</param>
sealed record ChunkedEntry(string FileName, string Path, string Key) : PackageEntry(FileName, Path)
{
    public override void CopyTo(string folder, Stream network)
    {
        var list = System.IO.Path.Combine(folder, Path);
        using var json = JsonDocument.Parse(File.ReadAllBytes(list));
        foreach (var chunk in json.RootElement.GetProperty(Key).GetProperty("chunks").EnumerateArray())
        {
            using var file =
                File.OpenRead(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(list)!, chunk.GetProperty("hash").GetString()!));
            file.CopyTo(network);
        }
    }
}
