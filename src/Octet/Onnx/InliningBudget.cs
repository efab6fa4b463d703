namespace Octet.Onnx;

/// <summary>Bounds what functions may grow to: calls of calls multiply, so a small file can describe more nodes than any memory
/// holds.</summary>
/// <param name="modelBytes">Size of the model with its functions.</param>
sealed class InliningBudget(long modelBytes)
{
    const int MaxNodes = 250_000;

    /// <summary>Enough for real models, which call a large function a few times at most.</summary>
    long _bytesLeft = (1 << 28) + 2 * modelBytes;

    int _nodes;

    /// <exception cref="ModelException">There are too many.</exception>
    public void SpendNode()
    {
        if (++_nodes > MaxNodes) throw new ModelException($"functions multiply to more than {MaxNodes} nodes");
    }

    /// <exception cref="ModelException">It is too much.</exception>
    public void Spend(long bytes)
    {
        _bytesLeft -= bytes;
        if (_bytesLeft < 0) throw new ModelException("functions multiply to far more data than the file has");
    }
}
