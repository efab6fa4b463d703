using System.Numerics;
using Octet.Tensors;

namespace Octet.Operators;

/// <summary>
/// One step of training as ONNX has it (domain <c>ai.onnx.preview.training</c>): new values and states of any number of tensors from their
/// gradients.
/// </summary>
/// <remarks>
/// Inputs: learning rate, number of the step, then all tensors, all gradients, and all states of each kind. Outputs: all new tensors, then
/// the new states likewise. float32 and float64; each element is computed in float64 and rounded once.
/// </remarks>
/// <param name="NormCoefficient">How much of a tensor is added to its gradient, which pulls it towards zero.</param>
abstract record Optimizer(float NormCoefficient) : Operator
{
    public override int RequiredInputs => 2;

    /// <summary>Kinds of state that belong to each tensor.</summary>
    protected abstract int States { get; }

    /// <summary>The learning rate of a step.</summary>
    protected virtual double RateAt(long step, double rate) => rate;

    /// <summary>The new value of one element; its states change in place.</summary>
    protected abstract double Update(double x, double gradient, Span<double> states, double rate, long step);

    public override DataType TypeOfOutput(int output, ReadOnlySpan<DataType> inputs) =>
        inputs.TypeAt(2 + output % Math.Max(1, (inputs.Length - 2) / (2 + States)));

    public override int MaxOutputs => int.MaxValue;

    public override TensorInfo[] Infer(ReadOnlySpan<TensorInfo> inputs)
    {
        var tensors = (inputs.Length - 2) / (2 + States);
        if (inputs.Length != 2 + (2 + States) * tensors)
            throw new OperatorException($"after two inputs come equally many of {2 + States} kinds, but there are {inputs.Length} inputs");
        if (inputs[0].Shape.Length != 1 || inputs[1].Shape.Length != 1)
            throw new ShapeException($"rate and step are one number each, but they are {inputs[0]} and {inputs[1]}");
        inputs.RequireType(0, DataType.Float32, DataType.Float64, DataType.Float16, DataType.BFloat16);
        inputs.RequireType(1, DataType.Int64);
        for (var i = 2; i < inputs.Length; i++)
        {
            var tensor = inputs[2 + (i - 2) % tensors];
            if (inputs[i] is null || (inputs[i].Type, inputs[i].Shape) != (tensor.Type, tensor.Shape))
                throw new OperatorException($"input {i} is {inputs[i]}, but it should be as its tensor, {tensor}");
        }
        return [.. inputs[2..(2 + tensors)], .. inputs[(2 + 2 * tensors)..]];
    }

    public override void Run(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs)
    {
        var tensors = (inputs.Length - 2) / (2 + States);
        var step = inputs[1].Integer();
        var rate = RateAt(step, inputs[0].Type == DataType.Float64 ? inputs[0].AsSpan<double>()[0] : inputs[0].Floats[0]);
        for (var i = 0; i < tensors; i++)
        {
            var own = outputs[Math.Min(i, outputs.Length)..];
            if (inputs[2 + i].Type == DataType.Float64) Run<double>(inputs[(2 + i)..], own, tensors, rate, step);
            else if (inputs[2 + i].Type == DataType.Float32) Run<float>(inputs[(2 + i)..], own, tensors, rate, step);
            else throw OperatorException.UnsupportedType(inputs[2 + i].Type);
        }
    }

    void Run<T>(ReadOnlySpan<Tensor> inputs, ReadOnlySpan<Tensor> outputs, int stride, double rate, long step)
        where T : unmanaged, INumber<T>
    {
        Span<double> states = stackalloc double[States];
        for (var element = 0; element < inputs[0].Length; element++)
        {
            for (var s = 0; s < States; s++) states[s] = At(inputs[(2 + s) * stride], element);
            var x = At(inputs[0], element);
            var updated = Update(x, At(inputs[stride], element) + NormCoefficient * x, states, rate, step);
            Set(outputs.Optional(0), element, updated);
            for (var s = 0; s < States; s++) Set(outputs.Optional((1 + s) * stride), element, states[s]);
        }

        static double At(Tensor tensor, int element) => double.CreateTruncating(tensor.AsSpan<T>()[element]);
        static void Set(Tensor? tensor, int element, double value)
        {
            if (tensor is not null) tensor.AsSpan<T>()[element] = T.CreateTruncating(value);
        }
    }
}

/// <summary>ONNX <c>Adagrad</c>: each element's rate falls with the sum of its squared gradients, its one state.</summary>
sealed record Adagrad(float DecayFactor, float Epsilon, float NormCoefficient) : Optimizer(NormCoefficient)
{
    public static Adagrad From(Attributes attributes) =>
        new(attributes.Float("decay_factor", fallback: 0), attributes.Float("epsilon", fallback: 0),
            attributes.Float("norm_coefficient", fallback: 0));

    protected override int States => 1;

    protected override double RateAt(long step, double rate) => rate / (1 + step * (double)DecayFactor);

    protected override double Update(double x, double gradient, Span<double> states, double rate, long step)
    {
        states[0] += gradient * gradient;
        return x - rate * gradient / (Math.Sqrt(states[0]) + Epsilon);
    }
}

/// <summary>ONNX <c>Adam</c>: the step follows a running mean of the gradients over the root of a running mean of their squares, its two
/// states.</summary>
sealed record Adam(float Alpha, float Beta, float Epsilon, float NormCoefficient, float NormCoefficientPost) : Optimizer(NormCoefficient)
{
    public static Adam From(Attributes attributes) => new(
        attributes.Float("alpha", fallback: 0.9f), attributes.Float("beta", fallback: 0.999f), attributes.Float("epsilon", fallback: 0),
        attributes.Float("norm_coefficient", fallback: 0), attributes.Float("norm_coefficient_post", fallback: 0));

    protected override int States => 2;

    /// <summary>Makes up for means that start at zero.</summary>
    protected override double RateAt(long step, double rate) =>
        step > 0 ? rate * Math.Sqrt(1 - Math.Pow(Beta, step)) / (1 - Math.Pow(Alpha, step)) : rate;

    protected override double Update(double x, double gradient, Span<double> states, double rate, long step)
    {
        states[0] = Alpha * states[0] + (1.0 - Alpha) * gradient;
        states[1] = Beta * states[1] + (1.0 - Beta) * gradient * gradient;
        return (1 - NormCoefficientPost) * (x - rate * states[0] / (Math.Sqrt(states[1]) + Epsilon));
    }
}

/// <summary>ONNX <c>Momentum</c>: the step follows a sum of past gradients that fades, its one state; Nesterov's form looks one step
/// ahead.</summary>
sealed record Momentum(float Alpha, float Beta, bool IsNesterov, float NormCoefficient) : Optimizer(NormCoefficient)
{
    public static Momentum From(Attributes attributes) => new(
        attributes.Float("alpha"), attributes.Float("beta"),
        attributes.String("mode") switch
        {
            "nesterov" => true,
            "standard" => false,
            var other => throw AttributeException.BadValue("mode", other, "standard, nesterov"),
        },
        attributes.Float("norm_coefficient"));

    protected override int States => 1;

    protected override double Update(double x, double gradient, Span<double> states, double rate, long step)
    {
        // The first gradient counts in full.
        states[0] = Alpha * states[0] + (step > 0 ? Beta : 1) * gradient;
        return x - rate * (IsNesterov ? gradient + Alpha * states[0] : states[0]);
    }
}
