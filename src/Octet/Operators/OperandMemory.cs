using Octet.Tensors;

namespace Octet.Operators;

/// <summary>How much memory tensors take; texts count with their length.</summary>
static class OperandMemory
{
    const int ReferenceBytes = 8;

    /// <summary>What an object takes beside its letters.</summary>
    const int TextBytes = 24;

    /// <summary>Of texts that an operator writes itself, such as numbers.</summary>
    const int MaxWrittenLetters = 64;

    public static long Of(Tensor tensor)
    {
        if (tensor.Type != DataType.String) return (long)tensor.Length * tensor.Type.Size;
        var bytes = 0L;
        foreach (var text in tensor.Strings) bytes += ReferenceBytes + TextBytes + 2L * text.Length;
        return bytes;
    }

    /// <summary>What an output will take at most, texts as long as the longest of the inputs: where they repeat, memory shares them, but
    /// files do not.</summary>
    /// <param name="output">Its shape is known.</param>
    /// <param name="inputs">What it is made from; null where the values are not known.</param>
    public static long Of(TensorInfo output, ReadOnlySpan<Tensor?> inputs)
    {
        if (output.Type != DataType.String) return (long)output.Shape.Length * output.Type.Size;
        var letters = 0;
        var writesItself = true;
        foreach (var input in inputs)
        {
            if (input is not { Type: DataType.String }) continue;
            writesItself = false;
            foreach (var text in input.Strings) letters = Math.Max(letters, text.Length);
        }
        return output.Shape.Length * (ReferenceBytes + TextBytes + 2L * (writesItself ? MaxWrittenLetters : letters));
    }
}
