using System.Runtime.InteropServices;
using Octet.Data.Arrays;
using Octet.Tensors;

namespace Octet.Tests.Data.Arrays;

public sealed class NpyFileTests
{
    public static TheoryData<DataType> Types =>
    [
        DataType.Float16, DataType.Float32, DataType.Float64, DataType.Bool, DataType.Complex64, DataType.Complex128,
        DataType.Int8, DataType.Int16, DataType.Int32, DataType.Int64, DataType.UInt8, DataType.UInt16, DataType.UInt32, DataType.UInt64,
    ];

    [Theory, MemberData(nameof(Types))]
    public void What_is_written_is_read_again(DataType type)
    {
        foreach (Shape shape in (Shape[])[[2, 3, 5], [7], [], [4, 0, 2]])
        {
            var tensor = new Tensor(type, shape);
            new Random(1).NextBytes(tensor.Bytes);
            if (type == DataType.Bool) foreach (ref var value in tensor.Bytes) value &= 1;

            var copy = Read(Written(tensor));

            copy.Type.ShouldBe(type);
            copy.Shape.ShouldBe(shape);
            copy.Bytes.ToArray().ShouldBe(tensor.Bytes.ToArray());
        }
    }

    [Fact]
    public void The_written_form_is_that_of_numpy()
    {
        var bytes = Written(Tensor.Of<float>([3], 1, 2, 3));

        (bytes.Length - 12).ShouldBe(128, "the header is padded to a multiple of 64 bytes");
        System.Text.Encoding.ASCII.GetString(bytes, 10, 118)
            .ShouldBe("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".PadRight(117) + "\n");
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public void All_versions_of_the_format_are_read(int version) =>
        Read(NpyBytes.Of("{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }", [1, 0, 2, 0], version)).AsSpan<short>().ToArray()
        .ShouldBe([1, 2]);

    [Fact]
    public void Keys_may_come_in_any_order_and_spacing() =>
        Read(NpyBytes.Of("{ \"shape\":(2L ,),'fortran_order' :False ,\"descr\": '|u1'}  ", [1, 2])).AsSpan<byte>().ToArray().ShouldBe(
            [1, 2]);

    [Fact]
    public void Big_endian_numbers_are_turned_around()
    {
        Read(NpyBytes.Of(">i2", "(2,)", [0, 1, 1, 0])).AsSpan<short>().ToArray().ShouldBe([1, 256]);
        Read(NpyBytes.Of(">f4", "(1,)", [0x3F, 0x80, 0, 0])).Floats.ToArray().ShouldBe([1f]);
        Read(NpyBytes.Of(">i8", "()", [0, 0, 0, 0, 0, 0, 1, 2])).Longs.ToArray().ShouldBe([258L]);

        var complex = Read(NpyBytes.Of(">c8", "(1,)", [0x3F, 0x80, 0, 0, 0x40, 0, 0, 0]));
        MemoryMarshal.Cast<byte, float>(complex.Bytes).ToArray().ShouldBe([1f, 2f]);
    }

    [Fact]
    public void Column_major_arrays_become_row_major()
    {
        // element [i, j, k] is 100 i + 10 j + k
        byte[] columnMajor = [0, 100, 10, 110, 20, 120, 1, 101, 11, 111, 21, 121];

        var tensor = Read(NpyBytes.Of("|u1", "(2, 3, 2)", columnMajor, columnMajor: true));

        tensor.Shape.ShouldBe([2, 3, 2]);
        tensor.AsSpan<byte>().ToArray().ShouldBe([0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121]);
    }

    [Fact]
    public void Truth_values_become_0_or_1() => Read(NpyBytes.Of("|b1", "(3,)", [0, 1, 7])).Bytes.ToArray().ShouldBe([0, 1, 1]);

    [Theory]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "Python objects")]
    [InlineData("{'descr': [('x', '<f4'), ('y', '<f4')], 'fortran_order': False, 'shape': (1,), }", "records of several fields")]
    [InlineData("{'descr': '<U5', 'fortran_order': False, 'shape': (1,), }", "holds text")]
    [InlineData("{'descr': '<M8[ns]', 'fortran_order': False, 'shape': (1,), }", "holds dates")]
    [InlineData("{'descr': '<f16', 'fortran_order': False, 'shape': (1,), }", "'<f16', which Octet does not know; it reads f2, f4")]
    [InlineData("{'descr': '', 'fortran_order': False, 'shape': (1,), }", "elements of type ''")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }",
        "is truncated: it declares float32 [1000000, 1000000], 4000000000000 bytes, but only 4 follow")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9223372036854775807, 9), }", "is truncated")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 9223372036854775807), }", "too large to read at once")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "cannot read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "cannot read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1, }", "cannot read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False}", "cannot read")]
    [InlineData("{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", "cannot read")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + 1", "cannot read")]
    [InlineData("{'descr': '<f4", "cannot read at character 10")]
    [InlineData("", "cannot read")]
    public void A_header_that_is_wrong_is_explained(string header, string explanation) =>
        Should.Throw<ArrayFileException>(() => Read(NpyBytes.Of(header, [0, 0, 128, 63]))).Message.ShouldContain(explanation);

    [Fact]
    public void Dimensions_are_limited_before_they_are_collected()
    {
        var shape = $"({string.Join(", ", Enumerable.Repeat(1, 65))})";
        Should.Throw<ArrayFileException>(() => Read(NpyBytes.Of("<f4", shape, [0, 0, 128, 63]))).Message.ShouldContain(
            "more than 64 dimensions");
    }

    [Fact]
    public void A_header_of_impossible_length_is_refused_before_it_is_read() =>
        Should.Throw<ArrayFileException>(() => Read([0x93, .. "NUMPY"u8, 2, 0, 255, 255, 255, 127])).Message.ShouldContain(
            "2147483647 bytes");

    [Fact]
    public void Every_truncation_is_an_error_that_names_the_file()
    {
        var whole = Written(Tensor.Of<float>([5], 1, 2, 3, 4, 5));
        for (var length = 0; length < whole.Length; length++)
        {
            Should.Throw<ArrayFileException>(() => Read(whole[..length])).Message.ShouldStartWith("'test.npy': ");
        }
    }

    [Fact]
    public void Random_damage_is_never_more_than_an_error()
    {
        var random = new Random(5);
        var whole = Written(Tensor.Of<float>([5], 1, 2, 3, 4, 5));
        for (var round = 0; round < 2000; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 3; i++) damaged[random.Next(80)] = (byte)random.Next(256);
            try
            {
                Read(damaged);
            }
            catch (ArrayFileException)
            {
            }
        }
    }

    [Fact]
    public void Types_that_numpy_lacks_are_refused_when_writing() =>
        Should.Throw<ArrayFileException>(() => Written(new Tensor(DataType.BFloat16, [1]))).Message.ShouldContain("no type for bfloat16");

    [Fact]
    public void An_absent_file_is_an_error() =>
    Should.Throw<ArrayFileException>(() => NpyFile.Read("/no/such/file.npy")).Message.ShouldContain("/no/such/file.npy");

    static byte[] Written(Tensor tensor)
    {
        var stream = new MemoryStream();
        NpyFile.Write(stream, tensor, "test.npy");
        return stream.ToArray();
    }

    static Tensor Read(byte[] file) => NpyFile.Read(new MemoryStream(file), "test.npy", file.Length);
}
