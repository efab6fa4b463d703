using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>MelWeightMatrix</c>, since opset 17: the weights [frequencies, bands] that gather the n / 2 + 1 frequencies of a one-sided
/// spectrum into bands which are equally wide on the mel scale; each band is a triangle that reaches to the peaks of its neighbours.
/// </summary>
/// <remarks>
/// Inputs, all scalars: number of bands, n, samples in a second, and the lower and upper end of the bands in hertz. A frequency of f hertz
/// is
/// <c>2595 · log₁₀(1 + f / 700)</c> mel.
/// </remarks>
sealed record MelWeightMatrix(DataType Type) : MovingOperator
{
    public static MelWeightMatrix From(Attributes attributes) => new(CosineWindow.TypeOf(attributes));

    public override int RequiredInputs => 5;

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => Type;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        if (!inputs.AreKnown(0)) return [new(Type, Shape.Unknown)];

        var (bands, length) = (inputs[0].Value!.Integer(), inputs[1].Value!.Integer());
        if (bands < 1 || length < 1) throw new OperatorException($"{bands} band(s) cannot be made of a spectrum of length {length}");
        return [new(Type, Shape.From([length / 2 + 1, bands]))];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var weights = new Tensor(DataType.Float64, outputs[0].Shape);
        var (frequencies, bands) = (weights.Shape[0], weights.Shape[1]);
        var ends = Ends(bands, inputs[1].Integer(), inputs[2].Integer(), Real(inputs[3]), Real(inputs[4]));
        for (var band = 0; band < bands; band++)
        {
            var (low, peak, high) = (ends[band], ends[band + 1], ends[band + 2]);
            if (!(low >= 0 && low <= peak && peak <= high && peak < frequencies && high <= frequencies))
            {
                throw new OperatorException($"band {band} reaches from frequency {low} over {peak} to {high}, but there are {frequencies}");
            }
            for (var i = (int)low; i <= peak; i++) weights.AsSpan<double>()[i * bands + band] = peak == low ? 1 : (i - low) / (peak - low);
            for (var i = (int)peak; i < high; i++) weights.AsSpan<double>()[i * bands + band] = (high - i) / (high - peak);
        }
        TypeConversion.Convert(weights, outputs[0]);
    }

    /// <summary>The frequencies at which bands start, peak and end: each is all three, for different bands.</summary>
    static double[] Ends(int bands, long length, long rate, double lowest, double highest)
    {
        var (start, end) = (Mel(lowest), Mel(highest));
        return [.. Enumerable.Range(0, bands + 2)
            .Select(i => Math.Floor((length + 1) * Hertz(start + i * (end - start) / (bands + 2)) / rate))];

        static double Mel(double hertz) => 2595 * Math.Log10(1 + hertz / 700);

        static double Hertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);
    }

    static double Real(Tensor scalar)
    {
        if (scalar.Length != 1) throw new OperatorException($"one number is expected, but the tensor is {scalar}");
        var real = new Tensor(DataType.Float64, scalar.Shape);
        TypeConversion.Convert(scalar, real);
        return real.AsSpan<double>()[0];
    }
}
