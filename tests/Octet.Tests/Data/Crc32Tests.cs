using Octet.Data;

namespace Octet.Tests.Data;

public sealed class Crc32Tests
{
    [Fact]
    public void The_check_value_of_the_standard_comes_out() => Crc32.Of("123456789"u8).ShouldBe(0xCBF43926u);

    [Fact]
    public void Parts_give_what_the_whole_gives_at_every_length()
    {
        var bytes = new byte[67];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length++)
        {
            var bitwise = Bitwise(bytes.AsSpan(0, length));
            Crc32.Of(bytes.AsSpan(0, length)).ShouldBe(bitwise);
            Crc32.Append(Crc32.Of(bytes.AsSpan(0, length / 3)), bytes.AsSpan(length / 3, length - length / 3)).ShouldBe(bitwise);
        }
    }

    static uint Bitwise(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }
        return ~crc;
    }
}
