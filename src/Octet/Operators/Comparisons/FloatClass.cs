using Octet.Kernels;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>An operator that asks of each real number what kind it is; the answer is bool.</summary>
abstract record FloatClass : Operator
{
    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) => DataType.Bool;

    public sealed override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs) => [new(DataType.Bool, inputs[0].Shape)];

    public sealed override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        switch (inputs[0].Type)
        {
            case DataType.Float32:
                ElementWise.MapScalars<float, bool, Question>(inputs[0].Floats, outputs[0].AsSpan<bool>(), new(this));
                break;
            case DataType.Float64:
                ElementWise.MapScalars<double, bool, Question>(inputs[0].AsSpan<double>(), outputs[0].AsSpan<bool>(), new(this));
                break;
            default:
                throw OperatorException.UnsupportedType(inputs[0].Type);
        }
    }

    protected abstract bool Holds(double x);

    readonly struct Question(FloatClass self) : IScalarFunction<float, bool>, IScalarFunction<double, bool>
    {
        public bool Invoke(float x) => self.Holds(x);

        public bool Invoke(double x) => self.Holds(x);
    }
}
