using Octet.Onnx;

namespace Octet.Tests.Onnx;

public sealed class PackedElementsTests
{
    [Theory]
    [InlineData(4, false)]
    [InlineData(4, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void Packing_and_unpacking_gives_the_same_at_every_length(int bits, bool signed)
    {
        var lowest = signed ? -(1 << (bits - 1)) : 0;
        for (var length = 0; length < 20; length++)
        {
            var elements = Enumerable.Range(0, length).Select(i => (byte)(lowest + i % (1 << bits))).ToArray();

            var packed = PackedElements.Pack(elements, bits);
            var unpacked = new byte[length];
            PackedElements.Unpack(packed, unpacked, bits, signed);

            packed.Length.ShouldBe((length * bits + 7) / 8);
            unpacked.ShouldBe(elements, $"length {length}");
        }
    }

    [Fact]
    public void The_first_element_lies_in_the_lowest_bits()
    {
        PackedElements.Pack([0x1, 0x2, 0x3], 4).ShouldBe([0x21, 0x03]);
        PackedElements.Pack([1, 2, 3, 0, 1], 2).ShouldBe([0b_00_11_10_01, 0b_01]);
    }
}
