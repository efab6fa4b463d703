using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Octet.Onnx.Schema;

namespace Octet.Onnx;

/// <summary>
/// The file with the weights of a model, beside it: <c>MODEL.data</c>. Model and weights change together or not at all: new weights never
/// go to the file that the model there refers to, but to <c>MODEL.1.data</c>, and back the next time; they count from the moment when the
/// new model takes its name, and then the old weights are removed.
/// </summary>
static class ExternalDataFile
{
    static string PathOf(string model, int number) => number == 0 ? $"{model}.data" : $"{model}.{number}.data";

    /// <summary>The files that writing a model may replace, apart from the model's own.</summary>
    public static IEnumerable<string> Candidates(string model) => [PathOf(model, 0), PathOf(model, 1)];

    /// <summary>Replaces a model by one with all its weights inside.</summary>
    public static void ReplaceWhole(string model, Action<Stream> write)
    {
        if (!Candidates(model).Any(File.Exists))
        {
            AtomicFile.Write(model, write);
            return;
        }
        using var turn = Turn.Of(model);
        var old = InUse(model);
        AtomicFile.Write(model, write);
        Remove(old);
    }

    /// <summary>Replaces a model by one with weights beside it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="writeWeights">Writes the weights to a path and gives the model that refers to them.</param>
    public static void ReplaceWithWeights(string model, Func<string, ModelProto> writeWeights)
    {
        using var turn = Turn.Of(model);
        var old = InUse(model);
        // A model of another maker may use both names; then the second is replaced as any output is.
        var data = Candidates(model).FirstOrDefault(path => !old.Contains(path)) ?? PathOf(model, 1);
        old.Remove(data);
        try
        {
            var proto = writeWeights(data);
            AtomicFile.Write(model, proto.WriteTo);
        }
        catch
        {
            File.Delete(data); // nothing refers to it
            throw;
        }
        Remove(old);
    }

    /// <summary>The data files by these names that the model there refers to. Its bytes are searched for the names: that is sure, whatever
    /// else is in it.</summary>
    static List<string> InUse(string model)
    {
        if (!Candidates(model).Any(File.Exists) || !File.Exists(model) || FileType.IsSpecial(model)) return [];
        try
        {
            var bytes = File.ReadAllBytes(model);
            return [.. Candidates(model)
                .Where(path => File.Exists(path) && bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Path.GetFileName(path))) >= 0)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    static void Remove(List<string> files)
    {
        foreach (var file in files)
        {
            try
            {
                File.Delete(file);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // The model is written; the file that is left is harmless.
            }
        }
    }

    /// <summary>Processes that write one model take turns, so that none removes or replaces weights which another is about to
    /// use.</summary>
    sealed class Turn : IDisposable
    {
        readonly Mutex? _mutex;

        Turn(Mutex? mutex) => _mutex = mutex;

        public static Turn Of(string model)
        {
            try
            {
                var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AtomicFile.Final(model))));
                var mutex = new Mutex(initiallyOwned: false, $"octet-{name[..32]}");
                try
                {
                    mutex.WaitOne();
                }
                catch (AbandonedMutexException)
                {
                    // Its owner was killed; the turn is ours.
                }
                return new(mutex);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or WaitHandleCannotBeOpenedException
                or PlatformNotSupportedException)
            {
                return new(null); // a system without locks of that kind
            }
        }

        public void Dispose()
        {
            _mutex?.ReleaseMutex();
            _mutex?.Dispose();
        }
    }
}
