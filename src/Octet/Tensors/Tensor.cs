using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Octet.Tensors;

/// <summary>
/// A dense row-major array of <see cref="Type"/> elements. Its memory is pinned, so that kernels may take a pointer to it at any time,
/// and a tensor is not disposed: its own memory is managed, and a caller's is the caller's (<see cref="Wrap{T}(Shape, Memory{T})"/>).
/// </summary>
/// <remarks>
/// At most 2³¹ − 1 elements and about 2 GiB. Types of fewer than 8 bits hold one element a byte. Memory that a tensor allocates starts on a
/// 64-byte boundary.
/// </remarks>
public sealed class Tensor
{
    readonly byte[] _memory;
    readonly int _offset;
    readonly string[]? _strings;

    /// <summary>The caller's memory that this tensor stands over; null where it has memory of its own.</summary>
    readonly MemoryManager<byte>? _lent;

    /// <summary>Allocates a tensor filled with zeros (or empty strings).</summary>
    /// <exception cref="ShapeException">The tensor would need more than 2 GiB.</exception>
    public Tensor(DataType type, Shape shape)
    {
        Type = type;
        Shape = shape;
        if (type == DataType.String)
        {
            _strings = new string[shape.Length];
            Array.Fill(_strings, "");
            _memory = [];
            return;
        }
        if (type.Size == 0) throw new NotSupportedException($"A tensor cannot hold elements of type {type}.");
        (_memory, _offset) = AlignedMemory.Allocate(ByteCount(type, shape));
    }

    Tensor(DataType type, Shape shape, byte[] memory, int offset, string[]? strings, MemoryManager<byte>? lent)
    {
        Type = type;
        Shape = shape;
        _memory = memory;
        _offset = offset;
        _strings = strings;
        _lent = lent;
    }

    /// <summary>The type of the elements.</summary>
    public DataType Type { get; }

    /// <summary>The extents, outermost first; always known.</summary>
    public Shape Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Length => Shape.Length;

    /// <summary>The elements of a float32 tensor.</summary>
    public Span<float> Floats => AsSpan<float>();

    /// <summary>The elements of an int64 tensor, the type of ONNX shapes, axes and indices.</summary>
    public Span<long> Longs => AsSpan<long>();

    /// <summary>The elements of a string tensor.</summary>
    public Span<string> Strings => _strings ?? throw WrongType(DataType.String);

    /// <summary>The memory as bytes, in the byte order of the machine; empty for strings.</summary>
    public Span<byte> Bytes => MemoryMarshal.CreateSpan(ref Start, ByteLength);

    /// <summary><see cref="Bytes"/> for those who keep them longer than a call, such as writers of files.</summary>
    internal ReadOnlyMemory<byte> Memory => (_lent?.Memory ?? _memory).Slice(_offset, ByteLength);

    /// <summary>The elements as <typeparamref name="T"/>. bfloat16 reads as <see cref="ushort"/>; int4 and the like as their
    /// byte.</summary>
    /// <exception cref="InvalidOperationException">The elements are of another type.</exception>
    public Span<T> AsSpan<T>() where T : unmanaged
    {
        if (!Holds<T>()) throw WrongType(DataTypeFacts.Of<T>());
        return MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref Start), Length);
    }

    /// <summary>The first element's address; valid as long as this tensor is reachable, for its memory is pinned.</summary>
    internal unsafe T* Pointer<T>() where T : unmanaged
    {
        if (!Holds<T>()) throw WrongType(DataTypeFacts.Of<T>());
        return (T*)Unsafe.AsPointer(ref Start);
    }

    /// <summary>
    /// A tensor over the caller's memory, without copying: what is written to one is read from the other. A session takes it as an input
    /// like any other tensor.
    /// </summary>
    /// <remarks>
    /// The memory must stay valid for as long as the tensor is used, or anything that shares its memory: its slices, its reshaped views,
    /// a graph that has it as a constant, a <see cref="Running.BoundRun"/> that it is bound to. An array or a part of it stays valid by
    /// itself; memory from a pool, or native memory behind a <see cref="System.Buffers.MemoryManager{T}"/>, is given back after that.
    /// It must not be written to while a run reads it. It is pinned until the garbage collector finds that no such tensor is left; where
    /// many are made, wrap large arrays rather than many small ones. It need not be aligned.
    /// </remarks>
    /// <param name="shape">The extents; known.</param>
    /// <param name="memory">As many elements as <paramref name="shape"/> has, row-major.</param>
    /// <typeparam name="T">Says the type: <see cref="float"/> is float32, <see cref="byte"/> uint8, <see cref="Half"/> float16.</typeparam>
    /// <exception cref="ArgumentException">The memory has another number of elements than the shape.</exception>
    /// <exception cref="NotSupportedException">No tensor holds such elements.</exception>
    public static Tensor Wrap<T>(Shape shape, Memory<T> memory) where T : unmanaged
    {
        var type = DataTypeFacts.Of<T>();
        if (memory.Length != shape.Length)
            throw new ArgumentException($"{memory.Length} elements do not fill shape {shape}.", nameof(memory));
        ByteCount(type, shape);
        return new(type, shape, [], 0, null, new LentMemory<T>(memory));
    }

    /// <inheritdoc cref="Wrap{T}(Shape, Memory{T})"/>
    /// <exception cref="ArgumentNullException"><paramref name="memory"/> is null.</exception>
    public static Tensor Wrap<T>(Shape shape, T[] memory) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(memory);
        return Wrap(shape, memory.AsMemory());
    }

    /// <summary>A tensor with memory of its own and these elements.</summary>
    /// <exception cref="ArgumentException">There are more or fewer values than the shape has elements.</exception>
    /// <exception cref="NotSupportedException">No tensor holds such elements.</exception>
    public static Tensor Of<T>(Shape shape, params ReadOnlySpan<T> values) where T : unmanaged
    {
        if (values.Length != shape.Length)
            throw new ArgumentException($"{values.Length} values do not fill shape {shape}.", nameof(values));
        var tensor = new Tensor(DataTypeFacts.Of<T>(), shape);
        values.CopyTo(tensor.AsSpan<T>());
        return tensor;
    }

    /// <summary>A tensor of rank 0 with one element.</summary>
    public static Tensor Scalar<T>(T value) where T : unmanaged => Of(Shape.Scalar, value);

    /// <summary>A one-dimensional int64 tensor, the form of ONNX shapes and axes.</summary>
    public static Tensor Vector(params ReadOnlySpan<long> values) => Of([values.Length], values);

    /// <summary>Makes a tensor of strings; the references are copied.</summary>
    public static Tensor OfStrings(Shape shape, ReadOnlySpan<string> values)
    {
        var tensor = new Tensor(DataType.String, shape);
        values.CopyTo(tensor.Strings);
        return tensor;
    }

    /// <summary>The same memory under another shape of equal length.</summary>
    public Tensor Reshape(Shape shape) => shape.Length == Length
        ? new(Type, shape, _memory, _offset, _strings, _lent)
        : throw new ArgumentException($"shape {Shape} cannot be viewed as {shape}: {Length} against {shape.Length} elements",
            nameof(shape));

    /// <summary>How many bytes a <see cref="View"/> of this tensor's memory may take.</summary>
    internal int Capacity => _lent is null ? AlignedMemory.Capacity(_memory, _offset) : ByteLength;

    /// <summary>Whether kernels may read one vector past the last element, as they do.</summary>
    /// <remarks>Behind a caller's memory that is safe where it ends in the middle of a page: protection goes by pages.</remarks>
    internal unsafe bool HasSpareBytes
    {
        get
        {
            if (_lent is null) return true;
            var end = (nuint)Unsafe.AsPointer(ref Start) + (nuint)ByteLength;
            var page = (nuint)Environment.SystemPageSize;
            return (page - end % page) % page >= AlignedMemory.Spare;
        }
    }

    /// <summary>A view of the memory of this tensor, from its start, as another type and shape; the executor's way to reuse
    /// buffers.</summary>
    internal Tensor View(DataType type, Shape shape)
    {
        if (_strings is not null || type == DataType.String) throw new NotSupportedException("Strings have no memory to view.");
        if (ByteCount(type, shape) > Capacity) throw new ArgumentException($"{type} {shape} does not fit the buffer.", nameof(shape));
        return new(type, shape, _memory, _offset, null, _lent);
    }

    /// <summary>Rows <paramref name="start"/> to <paramref name="start"/> + <paramref name="count"/> of the outermost dimension, in the
    /// same memory.</summary>
    public Tensor Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, Shape[0]);
        if (_strings is not null) throw new NotSupportedException("Tensors of strings cannot be sliced.");
        var row = Shape[0] == 0 ? 0 : Length / Shape[0];
        return new(Type, Shape.With(0, count), _memory, _offset + start * row * Type.Size, null, _lent);
    }

    /// <summary>A tensor with memory of its own and the same elements.</summary>
    public Tensor Clone()
    {
        var copy = new Tensor(Type, Shape);
        CopyTo(copy);
        return copy;
    }

    /// <summary>Copies all elements to a tensor of the same type and length.</summary>
    public void CopyTo(Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (destination.Type != Type || destination.Length != Length)
        {
            throw new ArgumentException($"{Type} {Shape} cannot be copied to {destination.Type} {destination.Shape}.", nameof(destination));
        }
        if (_strings is not null) _strings.CopyTo(destination._strings!, 0);
        else Bytes.CopyTo(destination.Bytes);
    }

    /// <summary><c>float32 [1, 3, 224, 224]</c>.</summary>
    public override string ToString() => $"{Type.DisplayName} {Shape}";

    ref byte Start => ref Unsafe.Add(
        ref _lent is null ? ref MemoryMarshal.GetArrayDataReference(_memory) : ref MemoryMarshal.GetReference(_lent.GetSpan()), _offset);

    int ByteLength => _strings is null ? Length * Type.Size : 0;

    bool Holds<T>() where T : unmanaged => DataTypeFacts.Of<T>() switch
    {
        var type when type == Type => true,
        DataType.UInt16 => Type == DataType.BFloat16,
        DataType.Int8 => Type is DataType.Int4 or DataType.Int2,
        DataType.UInt8 => Type.Size == 1 && Type is not (DataType.Int8 or DataType.Bool or DataType.Int4 or DataType.Int2),
        _ => false,
    };

    InvalidOperationException WrongType(DataType wanted) => new($"A tensor of {Type.DisplayName} was read as {wanted.DisplayName}.");

    static int ByteCount(DataType type, Shape shape)
    {
        var bytes = (long)shape.Length * type.Size;
        return bytes <= AlignedMemory.MaxBytes
            ? (int)bytes
            : throw new ShapeException($"a {type.DisplayName} tensor of shape {shape} needs {bytes} bytes; a tensor can "
                + $"hold {AlignedMemory.MaxBytes}");
    }
}
