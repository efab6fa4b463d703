using Octet.Graphs;
using Octet.Onnx;

namespace Octet.Tests.Onnx;

/// <summary>Damaged files: whatever comes in, a model or an <see cref="OctetException"/> comes out, soon and in little memory.</summary>
public sealed class FuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Changed_bytes_of_the_sample_do_no_harm(int seed) => Fuzz(File.ReadAllBytes(Signs.Model), new Random(seed), rounds: 300);

    [Theory]
    [InlineData("node", "test_attention_3d_expanded")]
    [InlineData("node", "test_add")]
    [InlineData("pytorch-operator", "test_operator_addmm")]
    [InlineData("light", "light_squeezenet")]
    public void Changed_bytes_of_a_small_model_do_no_harm(params string[] name)
    {
        var bytes = File.ReadAllBytes(SharedFolder.Require(["conformance", "onnx", .. name, "model.onnx"]));
        Fuzz(bytes, new Random(3), rounds: 1000);
    }

    [Fact]
    public void Changed_bytes_of_a_model_with_everything_in_it_do_no_harm() => Fuzz(FullModel.Bytes(), new Random(4), rounds: 3000);

    [Fact]
    public void Every_beginning_of_a_file_is_refused_or_read()
    {
        var bytes = FullModel.Bytes();
        for (var length = 0; length < bytes.Length; length++) ShouldDoNoHarm(bytes.AsSpan(0, length));
    }

    [Fact]
    public void Random_bytes_do_no_harm()
    {
        var random = new Random(5);
        for (var round = 0; round < 5000; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            ShouldDoNoHarm(bytes);
        }
    }

    static void Fuzz(byte[] original, Random random, int rounds)
    {
        for (var round = 0; round < rounds; round++) ShouldDoNoHarm(Damage(original, random));
    }

    /// <summary>Cuts the file, changes some bytes, doubles or drops a stretch: early places more often, for the structure lies
    /// there.</summary>
    static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        int Place() => (int)(bytes.Count * Math.Pow(random.NextDouble(), random.Next(1, 4)));
        switch (random.Next(6))
        {
            case 0: bytes = bytes[..Place()]; break;
            case 1: RemoveStretch(bytes, Place(), random.Next(1, 40)); break;
            case 2: bytes.InsertRange(Place(), bytes.Take(random.Next(1, 40)).ToArray()); break;
            default:
                for (var changes = random.Next(1, 5); changes > 0; changes--)
                    bytes[Place()] = (byte)(random.Next(3) == 0 ? 0xff : random.Next(256));
                break;
        }
        return [.. bytes];
    }

    static void RemoveStretch(List<byte> bytes, int start, int count) => bytes.RemoveRange(start, Math.Min(count, bytes.Count - start));

    static void ShouldDoNoHarm(ReadOnlySpan<byte> bytes)
    {
        var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), ThreadClock.Now);
        try
        {
            GraphText.Write(OnnxReader.Read(bytes, "damaged.onnx").Graph).ShouldNotBeEmpty();
        }
        catch (OctetException refusal)
        {
            refusal.Message.ShouldContain("damaged.onnx");
        }
        (GC.GetAllocatedBytesForCurrentThread() - allocated).ShouldBeLessThan(20_000_000 + 100L * bytes.Length);
        (ThreadClock.Now - start).ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }
}
