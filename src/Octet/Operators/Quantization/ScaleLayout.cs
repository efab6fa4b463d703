using Octet.Tensors;

namespace Octet.Operators;

/// <summary>Which scale belongs to which elements of a tensor: one for all, one for each index of an axis, or one for each block along an
/// axis.</summary>
/// <remarks>Walking over it gives runs: stretches of memory that share a scale.</remarks>
readonly struct ScaleLayout
{
    readonly int _outer, _extent, _inner, _block;

    ScaleLayout(int outer, int extent, int inner, int block) => (_outer, _extent, _inner, _block) = (outer, extent, inner, block);

    /// <summary>The attribute that says how many elements share a scale; 0 where there are no blocks.</summary>
    /// <exception cref="AttributeException">It is negative or huge.</exception>
    public static int BlockSize(Attributes attributes) => attributes.Int("block_size", fallback: 0) switch
    {
        >= 0 and <= int.MaxValue and var size => (int)size,
        var size => throw AttributeException.BadValue("block_size", size, "0 and above"),
    };

    /// <param name="shape">Shape of the tensor.</param>
    /// <param name="scales">Shape of the scales: one element, one dimension, or as many as the tensor has, for blocks.</param>
    /// <param name="axis">The axis that scales lie along, if there are several; negative counts from the end.</param>
    /// <param name="blockSize">Elements along the axis that share a scale; 0 without blocks.</param>
    /// <exception cref="OperatorException">The scales do not fit the tensor.</exception>
    public static ScaleLayout Of(Shape shape, Shape scales, long axis, int blockSize)
    {
        if (blockSize == 0 && scales.Length == 1) return new(1, 1, shape.Length, 0);

        var along = shape.NormalizeAxis(axis);
        var (outer, inner) = (shape.LengthOf(0, along), shape.LengthOf(along + 1, shape.Rank));
        var extent = shape[along];
        if (blockSize == 0)
        {
            if (scales.Rank != 1 || scales.Length != extent) throw Misfit(shape, scales, $"one scale for each index of axis {along}");
            return new(outer, extent, inner, 0);
        }
        var blocks = (int)(((long)extent + blockSize - 1) / blockSize);
        if (scales != shape.With(along, blocks))
            throw Misfit(shape, scales, $"{shape.With(along, blocks)} for blocks of {blockSize} along axis {along}");
        return new(outer, extent, inner, Math.Min(blockSize, Math.Max(1, extent)));
    }

    public Enumerator GetEnumerator() => new(this);

    static OperatorException Misfit(Shape shape, Shape scales, string wanted) =>
        new($"scales of shape {scales} do not fit elements of shape {shape}; expected: {wanted}");

    /// <summary>Elements that lie one after the other and share the scale at an index.</summary>
    public readonly record struct Run(int Start, int Length, int Scale);

    public struct Enumerator(ScaleLayout layout)
    {
        // Blocks are the only case in which neighbours across the axis have scales of their own.
        readonly bool _isBlocked = layout._block > 0;
        readonly int _total = layout._outer * layout._extent * layout._inner;

        public Run Current { get; private set; }

        public bool MoveNext()
        {
            var start = Current.Start + Current.Length;
            if (start >= _total) return false;

            var (row, within) = Math.DivRem(start, layout._inner);
            var (outer, index) = Math.DivRem(row, layout._extent);
            if (!_isBlocked) Current = new(start, layout._inner, index);
            else
            {
                var blocks = (layout._extent - 1) / layout._block + 1;
                var scale = (outer * blocks + index / layout._block) * layout._inner + within;
                var length = layout._inner == 1 ? Math.Min(layout._block - index % layout._block, layout._extent - index) : 1;
                Current = new(start, length, scale);
            }
            return true;
        }
    }
}
