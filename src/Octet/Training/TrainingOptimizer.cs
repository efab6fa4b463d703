using Octet.Tensors;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Octet.Training;

/// <summary>Changes parameters by their gradients. A record of settings; the moments of each parameter lie in a
/// <see cref="OptimizerState"/>.</summary>
/// <param name="WeightDecay">How much every weight is pulled towards zero; scales of quantizers are not. TI's guideline is to decay all
/// weights, biases and normalizations too.</param>
public abstract record TrainingOptimizer(double WeightDecay)
{
    /// <summary>Moments that belong to each element.</summary>
    internal abstract int Moments { get; }

    /// <summary>Changes some elements.</summary>
    /// <param name="elements">The parameter.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="moments">Its moments, of the same length each.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="decay">The weight decay of this parameter.</param>
    /// <param name="step">1 for the first step.</param>
    internal abstract void Update(Span<float> elements, ReadOnlySpan<float> gradient, float[][] moments, double rate, double decay,
        long step);
}

/// <summary>Stochastic gradient descent: <c>v = momentum · v + (g + decay · w)</c>, <c>w −= rate · v</c>; the first gradient counts in
/// full, as in PyTorch.</summary>
/// <param name="Momentum">0 for none; 0.9 is usual.</param>
/// <param name="Nesterov">Whether the step looks one ahead: <c>w −= rate · (g + momentum · v)</c>.</param>
/// <param name="WeightDecay">See <see cref="TrainingOptimizer"/>.</param>
public sealed record SgdOptimizer(double Momentum = 0.9, bool Nesterov = false, double WeightDecay = 0) : TrainingOptimizer(WeightDecay)
{
    internal override int Moments => Momentum == 0 ? 0 : 1;

    internal override void Update(Span<float> elements, ReadOnlySpan<float> gradient, float[][] moments, double rate, double decay,
        long step)
    {
        var (momentum, factor, pull) = ((float)Momentum, (float)rate, (float)decay);
        for (var i = 0; i < elements.Length; i++)
        {
            var slope = gradient[i] + pull * elements[i];
            if (Moments > 0)
            {
                var velocity = moments[0][i] = step == 1 ? slope : momentum * moments[0][i] + slope;
                slope = Nesterov ? slope + momentum * velocity : velocity;
            }
            elements[i] -= factor * slope;
        }
    }
}

/// <summary>Adam: the step follows a running mean of gradients over the root of a running mean of their squares. Kingma and Ba 2014,
/// arXiv:1412.6980.</summary>
/// <param name="Beta1">How much of the mean of gradients stays.</param>
/// <param name="Beta2">How much of the mean of squares stays.</param>
/// <param name="Epsilon">Added to the root.</param>
/// <param name="WeightDecay">See <see cref="TrainingOptimizer"/>.</param>
/// <param name="Decoupled">Whether decay acts on the weights themselves rather than through the gradient: AdamW (Loshchilov and Hutter
/// 2017, arXiv:1711.05101).</param>
public sealed record AdamOptimizer(double Beta1 = 0.9, double Beta2 = 0.999, double Epsilon = 1e-8, double WeightDecay = 0,
    bool Decoupled = false) : TrainingOptimizer(WeightDecay)
{
    internal override int Moments => 2;

    internal override void Update(Span<float> elements, ReadOnlySpan<float> gradient, float[][] moments, double rate, double decay,
        long step)
    {
        float[] means = moments[0], squares = moments[1];
        var (beta1, beta2, epsilon) = ((float)Beta1, (float)Beta2, (float)Epsilon);
        var (factor, root) = ((float)(rate / (1 - Math.Pow(Beta1, step))), (float)Math.Sqrt(1 - Math.Pow(Beta2, step)));
        var (kept, pull) = (Decoupled ? (float)(1 - rate * decay) : 1, Decoupled ? 0 : (float)decay);
        for (var i = 0; i < elements.Length; i++)
        {
            var slope = gradient[i] + pull * elements[i];
            means[i] = beta1 * means[i] + (1 - beta1) * slope;
            squares[i] = beta2 * squares[i] + (1 - beta2) * slope * slope;
            elements[i] = kept * elements[i] - factor * means[i] / (MathF.Sqrt(squares[i]) / root + epsilon);
        }
    }
}

/// <summary>The moments of all parameters, and how many steps they have seen.</summary>
sealed class OptimizerState
{
    readonly TrainingOptimizer _optimizer;
    readonly IReadOnlyList<TrainingParameter> _parameters;
    readonly float[][][] _moments;

    public OptimizerState(TrainingOptimizer optimizer, IReadOnlyList<TrainingParameter> parameters)
    {
        (_optimizer, _parameters) = (optimizer, parameters);
        _moments = [.. parameters.Select(
            parameter => Enumerable.Range(0, optimizer.Moments).Select(_ => new float[parameter.Elements.Length]).ToArray())];
    }

    public long Steps { get; private set; }

    /// <summary>Takes one step.</summary>
    /// <param name="rate">The learning rate of weights.</param>
    /// <param name="quantizerRate">The learning rate of scales and thresholds.</param>
    public void Step(double rate, double quantizerRate)
    {
        Steps++;
        for (var i = 0; i < _parameters.Count; i++)
        {
            var parameter = _parameters[i];
            var isWeight = parameter.Role == ParameterRole.Weight;
            // What stays has the very bits it had.
            if (!isWeight && quantizerRate == 0) continue;
            var elements = parameter.Elements.Floats;
            var gradient = parameter.Gradient.Floats;
            if (parameter.Units is { } units)
            {
                TensorPrimitives.Multiply(gradient, units, gradient);
                TensorPrimitives.Divide(elements, units, elements);
            }
            _optimizer.Update(elements, gradient, _moments[i], isWeight ? rate : quantizerRate, isWeight ? _optimizer.WeightDecay : 0,
                Steps);
            if (parameter.Units is not null) TensorPrimitives.Multiply(elements, parameter.Units, elements);
            if (parameter.Bounds is var (lows, highs))
                TensorPrimitives.Clamp<float>(parameter.Elements.Floats, lows, highs, parameter.Elements.Floats);
        }
    }

    /// <summary>All moments by name, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Elements)> Save()
    {
        for (var i = 0; i < _parameters.Count; i++)
        {
            for (var moment = 0; moment < _moments[i].Length; moment++)
                yield return ($"moment{moment}/{_parameters[i].Name}",
                    Tensor.Of<float>(_parameters[i].Elements.Shape, _moments[i][moment]));
        }
    }

    /// <summary>Takes over what <see cref="Save"/> gave.</summary>
    public void Load(long steps, Func<string, Tensor> read)
    {
        Steps = steps;
        for (var i = 0; i < _parameters.Count; i++)
        {
            for (var moment = 0; moment < _moments[i].Length; moment++)
                read($"moment{moment}/{_parameters[i].Name}").Floats.CopyTo(_moments[i][moment]);
        }
    }
}
