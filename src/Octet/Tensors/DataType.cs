namespace Octet.Tensors;

/// <summary>The element types of tensors; the numbers are those of the ONNX format (TensorProto.DataType).</summary>
public enum DataType
{
    /// <summary>No type, or none that is known.</summary>
    Undefined = 0,

    /// <summary>IEEE 754 binary32 (<see cref="float"/>).</summary>
    Float32 = 1,

    /// <summary>0..255 (<see cref="byte"/>).</summary>
    UInt8 = 2,

    /// <summary>−128..127 (<see cref="sbyte"/>).</summary>
    Int8 = 3,

    /// <summary>0..65535 (<see cref="ushort"/>).</summary>
    UInt16 = 4,

    /// <summary>−32768..32767 (<see cref="short"/>).</summary>
    Int16 = 5,

    /// <summary>32-bit integers (<see cref="int"/>).</summary>
    Int32 = 6,

    /// <summary>64-bit integers (<see cref="long"/>): ONNX's shapes, axes and indices.</summary>
    Int64 = 7,

    /// <summary>Text (<see cref="string"/>).</summary>
    String = 8,

    /// <summary>False and true, one byte each (<see cref="bool"/>).</summary>
    Bool = 9,

    /// <summary>IEEE 754 binary16 (<see cref="Half"/>).</summary>
    Float16 = 10,

    /// <summary>IEEE 754 binary64 (<see cref="double"/>).</summary>
    Float64 = 11,

    /// <summary>32-bit integers without sign (<see cref="uint"/>).</summary>
    UInt32 = 12,

    /// <summary>64-bit integers without sign (<see cref="ulong"/>).</summary>
    UInt64 = 13,

    /// <summary>Two float32, real part first; kept, not computed with.</summary>
    Complex64 = 14,

    /// <summary>Two float64, real part first; kept, not computed with.</summary>
    Complex128 = 15,

    /// <summary>The upper 16 bits of a float32; kept as raw 16-bit patterns (<see cref="ushort"/>).</summary>
    BFloat16 = 16,

    /// <summary>8-bit float of 4 exponent bits, without infinities, at most 448; kept as its byte.</summary>
    Float8E4M3FN = 17,

    /// <summary>8-bit float of 4 exponent bits, without infinities and −0, at most 240; kept as its byte.</summary>
    Float8E4M3FNUZ = 18,

    /// <summary>8-bit float of 5 exponent bits, at most 57344; kept as its byte.</summary>
    Float8E5M2 = 19,

    /// <summary>8-bit float of 5 exponent bits, without infinities and −0, at most 57344; kept as its byte.</summary>
    Float8E5M2FNUZ = 20,

    /// <summary>0..15; one element a byte in memory, two a byte in files.</summary>
    UInt4 = 21,

    /// <summary>−8..7; one element a byte in memory, two a byte in files.</summary>
    Int4 = 22,

    /// <summary>4-bit float: 0, 0.5, 1, 1.5, 2, 3, 4, 6 with a sign; one element a byte in memory, two a byte in files.</summary>
    Float4E2M1 = 23,

    /// <summary>Powers of two, 2⁻¹²⁷..2¹²⁷, as their exponent; kept as its byte.</summary>
    Float8E8M0 = 24,

    /// <summary>0..3; one element a byte in memory, four a byte in files.</summary>
    UInt2 = 25,

    /// <summary>−2..1; one element a byte in memory, four a byte in files.</summary>
    Int2 = 26,
}

/// <summary>What is true of element types: sizes, kinds, names.</summary>
public static class DataTypeFacts
{
    extension(DataType type)
    {
        /// <summary>Bytes that one element takes in memory; types of fewer than 8 bits take one byte. Zero for strings and undefined
        /// types.</summary>
        public int Size => type switch
        {
            DataType.Float32 or DataType.Int32 or DataType.UInt32 => 4,
            DataType.Float64 or DataType.Int64 or DataType.UInt64 or DataType.Complex64 => 8,
            DataType.Complex128 => 16,
            DataType.Float16 or DataType.BFloat16 or DataType.Int16 or DataType.UInt16 => 2,
            DataType.Undefined or DataType.String => 0,
            _ => 1,
        };

        /// <summary>Bits that one element takes in a file; 2 and 4 for the packed types.</summary>
        public int BitsInFile => type switch
        {
            DataType.Int4 or DataType.UInt4 or DataType.Float4E2M1 => 4,
            DataType.Int2 or DataType.UInt2 => 2,
            _ => 8 * type.Size,
        };

        /// <summary>float16, bfloat16, float32 or float64: the types of real values that Octet computes with.</summary>
        public bool IsFloat => type is DataType.Float32 or DataType.Float64 or DataType.Float16 or DataType.BFloat16;

        /// <summary>An integer type of any width, 2 and 4 bits among them; not bool.</summary>
        public bool IsInteger => type is DataType.Int8 or DataType.UInt8 or DataType.Int16 or DataType.UInt16 or DataType.Int32
            or DataType.UInt32 or DataType.Int64 or DataType.UInt64 or DataType.Int4 or DataType.UInt4 or DataType.Int2 or DataType.UInt2;

        /// <summary>The type's name as users of numpy and ONNX Runtime know it: <c>float32</c>, <c>uint8</c>, <c>bool</c>.</summary>
#pragma warning disable CA1308 // Names of element types are lower case in this field.
        public string DisplayName => type.ToString().ToLowerInvariant();
#pragma warning restore CA1308
    }

    /// <summary>The element type that holds values of <typeparamref name="T"/>.</summary>
    /// <exception cref="NotSupportedException">No tensor holds such elements.</exception>
    public static DataType Of<T>() =>
        typeof(T) == typeof(float) ? DataType.Float32
        : typeof(T) == typeof(double) ? DataType.Float64
        : typeof(T) == typeof(Half) ? DataType.Float16
        : typeof(T) == typeof(byte) ? DataType.UInt8
        : typeof(T) == typeof(sbyte) ? DataType.Int8
        : typeof(T) == typeof(ushort) ? DataType.UInt16
        : typeof(T) == typeof(short) ? DataType.Int16
        : typeof(T) == typeof(uint) ? DataType.UInt32
        : typeof(T) == typeof(int) ? DataType.Int32
        : typeof(T) == typeof(ulong) ? DataType.UInt64
        : typeof(T) == typeof(long) ? DataType.Int64
        : typeof(T) == typeof(bool) ? DataType.Bool
        : typeof(T) == typeof(string) ? DataType.String
        : throw new NotSupportedException($"No tensor holds elements of type {typeof(T).Name}.");
}
