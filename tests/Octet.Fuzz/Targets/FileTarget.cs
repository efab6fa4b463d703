using Octet.Fuzz.Mutation;

namespace Octet.Fuzz.Targets;

/// <summary>A kind of file that is read by its path.</summary>
abstract class FileTarget : IFuzzTarget
{
    static readonly string Folder = Directory.CreateTempSubdirectory("octet-fuzz-").FullName;

    public abstract string Name { get; }

    public abstract string Ending { get; }

    public abstract byte[] Seed(Random random);

    public virtual byte[] Mutate(byte[] seed, Random random) => ByteMutator.Mutate(seed, random);

    public bool Consume(byte[] file, Random random)
    {
        var path = Path.Combine(Folder, $"fuzz{Ending}");
        File.WriteAllBytes(path, file);
        try
        {
            Read(path, random);
            return true;
        }
        catch (OctetException refusal) when (refusal.Message.Length > 0)
        {
            return false;
        }
    }

    protected abstract void Read(string path, Random random);

    /// <summary>Takes away what was written; once, at the end.</summary>
    public static void RemoveFolder() => Directory.Delete(Folder, recursive: true);
}
