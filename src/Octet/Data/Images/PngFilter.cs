using System.Numerics;
using System.Runtime.InteropServices;

namespace Octet.Data.Images;

/// <summary>Undoes the prediction that a PNG encoder applied to a row (PNG specification, section 9).</summary>
static class PngFilter
{
    /// <param name="type">0..4; the byte before the row.</param>
    /// <param name="row">In: differences; out: the bytes of the row.</param>
    /// <param name="above">The row above, undone; zeros for the first row of a pass.</param>
    /// <param name="distance">From a byte to the one of the pixel to the left.</param>
    /// <returns>False for a type that does not exist.</returns>
    public static bool Undo(byte type, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        switch (type)
        {
            case 0: break;
            case 1: UndoSub(row, distance); break;
            case 2: UndoUp(row, above); break;
            case 3: UndoAverage(row, above, distance); break;
            case 4: UndoPaeth(row, above, distance); break;
            default: return false;
        }
        return true;
    }

    static void UndoSub(Span<byte> row, int distance)
    {
        for (var i = distance; i < row.Length; i++) row[i] += row[i - distance];
    }

    static void UndoUp(Span<byte> row, ReadOnlySpan<byte> above)
    {
        var rows = MemoryMarshal.Cast<byte, Vector<byte>>(row);
        var aboves = MemoryMarshal.Cast<byte, Vector<byte>>(above);
        for (var i = 0; i < rows.Length; i++) rows[i] += aboves[i];
        for (var i = rows.Length * Vector<byte>.Count; i < row.Length; i++) row[i] += above[i];
    }

    static void UndoAverage(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (var i = 0; i < Math.Min(distance, row.Length); i++) row[i] += (byte)(above[i] / 2);
        for (var i = distance; i < row.Length; i++) row[i] += (byte)((row[i - distance] + above[i]) / 2);
    }

    static void UndoPaeth(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (var i = 0; i < Math.Min(distance, row.Length); i++) row[i] += above[i];
        for (var i = distance; i < row.Length; i++) row[i] += Paeth(row[i - distance], above[i], above[i - distance]);
    }

    /// <summary>Whichever of the left, upper and upper left neighbour is nearest to left + upper − upper left; the first of
    /// equals.</summary>
    static byte Paeth(int left, int upper, int upperLeft)
    {
        var (toLeft, toUpper, toUpperLeft) =
            (Math.Abs(upper - upperLeft), Math.Abs(left - upperLeft), Math.Abs(left + upper - 2 * upperLeft));
        if (toLeft <= toUpper && toLeft <= toUpperLeft) return (byte)left;
        return (byte)(toUpper <= toUpperLeft ? upper : upperLeft);
    }
}
