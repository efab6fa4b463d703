using System.Numerics;

namespace Octet.Kernels;

/// <summary>The discrete Fourier transform of one length: <c>X[k] = Σ x[i] · e^(−2πi·k·j/n)</c>, in O(n · log n) for every n.</summary>
/// <remarks>
/// Powers of two by the algorithm of Cooley and Tukey (1965). Other lengths as a convolution with a chirp, which is done with a power of
/// two: Bluestein 1970.
/// </remarks>
sealed class FourierTransform
{
    readonly Complex[] _roots;
    readonly Complex[] _chirp = [];
    readonly Complex[] _transformedChirp = [];
    readonly FourierTransform? _convolution;

    /// <param name="length">Elements of each signal; at least one.</param>
    public FourierTransform(int length)
    {
        Length = length;
        if (BitOperations.IsPow2(length))
        {
            _roots = [.. Enumerable.Range(0, length / 2).Select(k => Root(k, length))];
            return;
        }

        _roots = [];
        // The exponents k² are taken modulo 2n while they are whole, so that angles stay exact.
        _chirp = [.. Enumerable.Range(0, length).Select(k => Root((long)k * k % (2L * length), 2L * length))];
        _convolution = new((int)BitOperations.RoundUpToPowerOf2((uint)(2 * length - 1)));
        _transformedChirp = new Complex[_convolution.Length];
        for (var k = 0; k < length; k++)
        {
            _transformedChirp[k] = Complex.Conjugate(_chirp[k]);
            if (k > 0) _transformedChirp[^k] = Complex.Conjugate(_chirp[k]);
        }
        _convolution.Forward(_transformedChirp);
    }

    public int Length { get; }

    /// <summary>Transforms a signal in place.</summary>
    public void Forward(Span<Complex> signal)
    {
        if (_convolution is null) ForwardPowerOfTwo(signal);
        else ForwardByConvolution(signal);
    }

    /// <summary>Undoes <see cref="Forward"/>.</summary>
    public void Inverse(Span<Complex> spectrum)
    {
        foreach (ref var value in spectrum) value = Complex.Conjugate(value);
        Forward(spectrum);
        foreach (ref var value in spectrum) value = Complex.Conjugate(value) / Length;
    }

    void ForwardPowerOfTwo(Span<Complex> signal)
    {
        for (int i = 1, reversed = 0; i < Length; i++)
        {
            // Counts upwards with the bits in reverse: the carry runs from the highest down.
            var bit = Length >> 1;
            for (; (reversed & bit) != 0; bit >>= 1) reversed ^= bit;
            reversed ^= bit;
            if (i < reversed) (signal[i], signal[reversed]) = (signal[reversed], signal[i]);
        }
        for (var half = 1; half < Length; half *= 2)
        {
            var step = Length / (2 * half);
            for (var start = 0; start < Length; start += 2 * half)
            {
                for (var k = 0; k < half; k++)
                {
                    var (even, odd) = (signal[start + k], signal[start + k + half] * _roots[k * step]);
                    (signal[start + k], signal[start + k + half]) = (even + odd, even - odd);
                }
            }
        }
    }

    void ForwardByConvolution(Span<Complex> signal)
    {
        var product = new Complex[_convolution!.Length];
        for (var i = 0; i < Length; i++) product[i] = signal[i] * _chirp[i];
        _convolution.Forward(product);
        for (var i = 0; i < product.Length; i++) product[i] *= _transformedChirp[i];
        _convolution.Inverse(product);
        for (var i = 0; i < Length; i++) signal[i] = product[i] * _chirp[i];
    }

    static Complex Root(long k, long n) => Complex.FromPolarCoordinates(1, -2 * Math.PI * k / n);
}
