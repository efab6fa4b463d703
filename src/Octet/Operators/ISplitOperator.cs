using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// An operator whose output falls into lines that can be computed apart, and so by several threads. A line has the same bits whichever
/// thread computes it, with or without its neighbours.
/// </summary>
interface ISplitOperator
{
    /// <summary>How many lines there are.</summary>
    int LinesOf(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>About how many multiplications a line takes.</summary>
    long WorkOfLine(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs);

    /// <summary>Computes the lines from <paramref name="first"/> to <paramref name="end"/> (exclusive) and leaves the others as they
    /// are.</summary>
    void RunLines(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int first, int end);
}
