using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// ONNX <c>HannWindow</c>, <c>HammingWindow</c> and <c>BlackmanWindow</c>, since opset 17: <c>a₀ − a₁ · cos(2πi / n) + a₂ · cos(4πi /
/// n)</c> for i in 0..size − 1; n is the size, or one less where the window is to be symmetric. The input is the size, a scalar.
/// </summary>
sealed record CosineWindow(string Name, double A0, double A1, double A2, DataType Type, bool Periodic) : MovingOperator
{
    public override string OpType => Name;

    public static CosineWindow FromHann(Attributes attributes) => From("HannWindow", 0.5, 0.5, 0, attributes);

    public static CosineWindow FromHamming(Attributes attributes) => From("HammingWindow", 25.0 / 46, 21.0 / 46, 0, attributes);

    public static CosineWindow FromBlackman(Attributes attributes) => From("BlackmanWindow", 0.42, 0.5, 0.08, attributes);

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => Type;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) =>
        [new(Type, inputs[0].Value is { } size ? Shape.From([size.Integer()]) : Shape.Unknown)];

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var window = new Tensor(DataType.Float64, outputs[0].Shape);
        var period = Periodic ? window.Length : Math.Max(1, window.Length - 1);
        for (var i = 0; i < window.Length; i++)
        {
            var angle = 2 * Math.PI * i / period;
            window.AsSpan<double>()[i] = A0 - A1 * Math.Cos(angle) + A2 * Math.Cos(2 * angle);
        }
        TypeConversion.Convert(window, outputs[0]);
    }

    static CosineWindow From(string name, double a0, double a1, double a2, Attributes attributes) =>
        new(name, a0, a1, a2, TypeOf(attributes), attributes.Flag("periodic", fallback: true));

    internal static DataType TypeOf(Attributes attributes)
    {
        var type = (DataType)attributes.Int("output_datatype", fallback: (long)DataType.Float32);
        return type.IsFloat || type.IsInteger
            ? type : throw AttributeException.BadValue("output_datatype", (long)type, "a type of real numbers");
    }
}
