using System.Runtime.InteropServices;
using Google.Protobuf;
using Octet.Onnx;
using Octet.Onnx.Schema;
using Octet.Tensors;

namespace Octet.Tests.Onnx;

public sealed class TensorReaderTests
{
    /// <summary>Three elements of each type in its typed field, and the bytes that they take in memory.</summary>
    public static IEnumerable<TheoryDataRow<string>> Types => Cases.Keys.Select(type => new TheoryDataRow<string>(type.ToString()));

    static readonly Dictionary<DataType, (TensorProto Fields, byte[] Memory)> Cases = new()
    {
        [DataType.Float32] = (new() { FloatData = { 1f, -2f, 0.5f } }, Bytes(1f, -2f, 0.5f)),
        [DataType.Float64] = (new() { DoubleData = { 1, -2, 0.5 } }, Bytes(1d, -2d, 0.5d)),
        [DataType.Complex64] = (new() { FloatData = { 1, 2, 3, 4, 5, 6 } }, Bytes(1f, 2f, 3f, 4f, 5f, 6f)),
        [DataType.Complex128] = (new() { DoubleData = { 1, 2, 3, 4, 5, 6 } }, Bytes(1d, 2d, 3d, 4d, 5d, 6d)),
        [DataType.Int64] = (new() { Int64Data = { long.MinValue, 0, 7 } }, Bytes(long.MinValue, 0, 7)),
        [DataType.UInt64] = (new() { Uint64Data = { ulong.MaxValue, 0, 7 } }, Bytes(ulong.MaxValue, 0ul, 7ul)),
        [DataType.UInt32] = (new() { Uint64Data = { uint.MaxValue, 0, 7 } }, Bytes(uint.MaxValue, 0u, 7u)),
        [DataType.Int32] = (new() { Int32Data = { int.MinValue, 0, 7 } }, Bytes(int.MinValue, 0, 7)),
        [DataType.Int16] = (new() { Int32Data = { -32768, 32767, -1 } }, Bytes<short>(-32768, 32767, -1)),
        [DataType.UInt16] = (new() { Int32Data = { 0, 65535, 1 } }, Bytes<ushort>(0, 65535, 1)),
        [DataType.Int8] = (new() { Int32Data = { -128, 127, -1 } }, Bytes<sbyte>(-128, 127, -1)),
        [DataType.UInt8] = (new() { Int32Data = { 0, 255, 1 } }, [0, 255, 1]),
        [DataType.Bool] = (new() { Int32Data = { 0, 1, 5 } }, [0, 1, 1]),
        [DataType.Float16] = (new() { Int32Data = { 0x3c00, 0xc000, 0x3800 } }, Bytes((Half)1, (Half)(-2), (Half)0.5)),
        [DataType.BFloat16] = (new() { Int32Data = { 0x3f80, 0xc000, 0x3f00 } }, Bytes<ushort>(0x3f80, 0xc000, 0x3f00)),
        [DataType.Float8E4M3FN] = (new() { Int32Data = { 0x38, 0xc0, 0x7f } }, [0x38, 0xc0, 0x7f]),
        [DataType.Float8E4M3FNUZ] = (new() { Int32Data = { 0x38, 0xc0, 0x7f } }, [0x38, 0xc0, 0x7f]),
        [DataType.Float8E5M2] = (new() { Int32Data = { 0x38, 0xc0, 0x7f } }, [0x38, 0xc0, 0x7f]),
        [DataType.Float8E5M2FNUZ] = (new() { Int32Data = { 0x38, 0xc0, 0x7f } }, [0x38, 0xc0, 0x7f]),
        [DataType.Float8E8M0] = (new() { Int32Data = { 0x38, 0xc0, 0x7f } }, [0x38, 0xc0, 0x7f]),
        [DataType.UInt4] = (new() { Int32Data = { 0xf1, 0x07 } }, [1, 15, 7]),
        [DataType.Int4] = (new() { Int32Data = { 0xf1, 0x07 } }, Bytes<sbyte>(1, -1, 7)),
        [DataType.Float4E2M1] = (new() { Int32Data = { 0xf1, 0x07 } }, [1, 15, 7]),
        [DataType.UInt2] = (new() { Int32Data = { 0b_11_10_01 } }, [1, 2, 3]),
        [DataType.Int2] = (new() { Int32Data = { 0b_11_10_01 } }, Bytes<sbyte>(1, -2, -1)),
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void Elements_in_typed_fields_are_read(string name)
    {
        var type = Enum.Parse<DataType>(name);

        var tensor = Read(Encoded(type));

        (tensor.Type, tensor.Shape).ShouldBe((type, [3]));
        tensor.Bytes.ToArray().ShouldBe(Cases[type].Memory);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Elements_in_raw_data_are_the_same(string name)
    {
        var tensor = Read(Encoded(Enum.Parse<DataType>(name)));

        var raw = TensorWriter.Write(tensor, "raw");

        raw.RawData.Length.ShouldBe((3 * tensor.Type.BitsInFile + 7) / 8);
        Read(raw).ShouldBeLike(tensor);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Too_few_elements_are_refused(string name)
    {
        var encoded = Encoded(Enum.Parse<DataType>(name));
        encoded.Dims[0] = 1000;

        Refused(encoded).ShouldContain("[1000] takes");
    }

    [Fact]
    public void All_types_of_elements_are_tested() =>
        Cases.Keys.ShouldBe(Enum.GetValues<DataType>().Where(type => type is not (DataType.Undefined or DataType.String)),
            ignoreOrder: true);

    [Fact]
    public void Strings_are_read()
    {
        var encoded = new TensorProto
        {
            DataType = 8,
            Dims = { 1, 2 },
            StringData = { ByteString.CopyFromUtf8("a"), ByteString.CopyFromUtf8("ü") },
        };

        Read(encoded).Strings.ToArray().ShouldBe(["a", "ü"]);
        Read(TensorWriter.Write(Read(encoded), "")).ShouldBeLike(Read(encoded));
    }

    [Fact]
    public void Strings_that_are_no_text_are_refused() =>
        Refused(new() { DataType = 8, Dims = { 1 }, StringData = { ByteString.CopyFrom(0xff) } })
        .ShouldBe("holds a string that is not UTF-8");

    [Fact]
    public void Bools_become_zero_or_one() =>
    Read(Protos.Raw("b", 9, [0, 1, 0xff], 3)).AsSpan<bool>().ToArray().ShouldBe([false, true, true]);

    [Fact]
    public void Scalars_and_empty_tensors_are_read()
    {
        Read(new() { DataType = 1, FloatData = { 3 } }).Floats.ToArray().ShouldBe([3f]);
        Read(new() { DataType = 1, Dims = { 0, 5 } }).Shape.ShouldBe([0, 5]);
        Read(new() { DataType = 1, Dims = { 0, int.MaxValue, int.MaxValue } }).Length.ShouldBe(0);
    }

    [Theory]
    [InlineData(-1, 1, "dimension 0 has extent -1")]
    [InlineData(1L << 40, 1, "dimension 0 has extent 1099511627776")]
    [InlineData(1 << 20, 1 << 20, "more than 2147483647 elements")]
    [InlineData(1 << 20, 1 << 10, "holds no elements, but float32 [1048576, 1024] takes 1073741824")]
    public void Extents_that_cannot_be_are_refused(long first, long second, string because) =>
        Refused(new() { DataType = 1, Dims = { first, second } }).ShouldContain(because);

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(-1)]
    public void Unknown_element_types_are_refused(int type) =>
        Refused(new() { DataType = type }).ShouldBe($"has element type {type}, which Octet does not know");

    [Theory]
    [InlineData(DataType.UInt8, 256)]
    [InlineData(DataType.Int8, -129)]
    [InlineData(DataType.Float16, 65536)]
    [InlineData(DataType.Int4, 256)]
    public void Values_beyond_the_type_are_refused(DataType type, int value) =>
        Refused(new() { DataType = (int)type, Dims = { 1 }, Int32Data = { value } })
        .ShouldBe($"holds {value}, which its element type cannot represent");

    [Fact]
    public void Raw_data_of_another_length_is_refused() =>
        Refused(Protos.Raw("r", 1, new byte[7], 2)).ShouldBe("has 7 bytes of raw data, but float32 [2] takes 8");

    [Fact]
    public void Segments_are_refused() => Refused(new() { DataType = 1, Segment = new() { Begin = 0, End = 1 } }).ShouldContain("segments");

    [Fact]
    public void A_sparse_tensor_becomes_an_ordinary_one()
    {
        var flat = Sparse([1, 3], indexShape: [2], shape: [2, 2]);
        var coordinates = Sparse([0, 1, 1, 1], indexShape: [2, 2], shape: [2, 2]);

        new TensorReader(null).ReadSparse(flat).Floats.ToArray().ShouldBe([0, 5, 0, 6]);
        new TensorReader(null).ReadSparse(coordinates).Floats.ToArray().ShouldBe([0, 5, 0, 6]);
    }

    [Theory]
    [InlineData(new[] { 1L, 4 }, "its index 1 lies outside shape [2, 2]")]
    [InlineData(new[] { -1L, 0 }, "its index 0 lies outside shape [2, 2]")]
    public void Sparse_indices_outside_are_refused(long[] indices, string because) =>
        RefusedSparse(Sparse(indices, [2], [2, 2])).ShouldContain(because);

    [Fact]
    public void Sparse_parts_that_do_not_fit_are_refused()
    {
        RefusedSparse(Sparse([1], [1], [2, 2])).ShouldContain("do not describe shape [2, 2]");
        RefusedSparse(new SparseTensorProto { Values = Protos.Floats("s", 1) }).ShouldContain("lacks");
    }

    [Fact]
    public void Sparse_tensors_that_would_fill_the_memory_are_refused() =>
        RefusedSparse(Sparse([1, 2], [2], [1 << 15, 1 << 15])).ShouldContain("bytes of memory");

    static TensorProto Encoded(DataType type)
    {
        var encoded = Cases[type].Fields.Clone();
        encoded.DataType = (int)type;
        encoded.Dims.Add(3);
        return encoded;
    }

    static SparseTensorProto Sparse(long[] indices, long[] indexShape, long[] shape) => new()
    {
        Values = Protos.Floats("sparse", 5, 6),
        Indices = new() { DataType = 7, Dims = { indexShape }, Int64Data = { indices } },
        Dims = { shape },
    };

    static Tensor Read(TensorProto proto) => new TensorReader(null).Read(proto);

    static string Refused(TensorProto proto) => Should.Throw<OctetException>(() => Read(proto)).Message;

    static string RefusedSparse(SparseTensorProto proto) =>
        Should.Throw<OctetException>(() => new TensorReader(null).ReadSparse(proto)).Message;

    static byte[] Bytes<T>(params T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
