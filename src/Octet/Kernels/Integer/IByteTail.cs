namespace Octet.Kernels;

/// <summary>What happens to 8-bit outputs just computed, while they lie in the cache: a table, or an addition.</summary>
unsafe interface IByteTail
{
    /// <param name="y">Outputs, changed in place.</param>
    /// <param name="other">As many bytes of a second operand; null where there is none.</param>
    /// <param name="count">Number of outputs.</param>
    void Run(byte* y, byte* other, int count);
}
