using Octet.Numerics;
using Octet.Tensors;

namespace Octet.Training;

/// <summary>
/// What is done about weights that hop to and fro between two integers: with few bits many lie beside a border, and each hop changes all
/// that follows. Two remedies, which can be combined.
/// </summary>
/// <remarks>Source: Nagel et al. 2022, arXiv:2203.11086, sections 4.1 and 4.2.</remarks>
public sealed record OscillationRule
{
    /// <summary>How strongly weights are drawn to the middle of their step at the end, as the factor of their squared distances in the
    /// loss; 0 for not at all, 0.1 is usual. It grows along a cosine from a quarter of the run on.</summary>
    public double Dampening { get; init; }

    /// <summary>How often a weight may turn back, per step, before it stays for good at the integer where it was most of the time; 0 for no
    /// limit, 0.01 to 0.02 is usual. The limit begins at ten times as much and falls along a cosine.</summary>
    public double MaxFrequency { get; init; }

    /// <summary>Whether there is anything to do.</summary>
    internal bool IsActive => Dampening > 0 || MaxFrequency > 0;
}

/// <summary>The weights of a run, how often they turn back, and which stay.</summary>
sealed class Oscillations
{
    /// <summary>How much of a running mean each step replaces.</summary>
    const float Share = 0.01f;

    /// <summary>The share of the run before dampening begins.</summary>
    const double Beginning = 0.25;

    readonly OscillationRule _rule;
    readonly Watched[] _watched;

    public Oscillations(OscillationRule rule, IReadOnlyList<TrainingParameter> parameters) =>
        (_rule, _watched) = (rule, rule.IsActive ? [.. parameters.Where(parameter => parameter.Grid is not null).Select(Watched.Of)] : []);

    /// <summary>The number of weights that stay.</summary>
    public long Frozen => _watched.Sum(watched => watched.Frequency.LongCount(float.IsPositiveInfinity));

    /// <summary>Adds to the gradients what draws weights to the middle of their step.</summary>
    /// <param name="progress">The share of the run that has passed.</param>
    public void Dampen(double progress)
    {
        if (_rule.Dampening == 0 || progress <= Beginning) return;
        var strength = (float)(2 * _rule.Dampening * (1 - Math.Cos(Math.PI * (progress - Beginning) / (1 - Beginning))) / 2);
        foreach (var watched in _watched)
        {
            var gradient = watched.Parameter.Gradient;
            watched.ForEach((index, weight, step, scale, _) =>
            {
                var limited = Math.Clamp(weight / scale, watched.Low, watched.High) * scale;
                gradient.Floats[index] += strength * (limited - step * scale);
            });
        }
    }

    /// <summary>Sees what an optimizer has changed, and puts those back that stay.</summary>
    /// <param name="progress">The share of the run that has passed.</param>
    public void See(double progress)
    {
        if (_rule.MaxFrequency == 0) return;
        var limit = (float)(_rule.MaxFrequency * (1 + 9 * (1 + Math.Cos(Math.PI * progress)) / 2));
        foreach (var watched in _watched)
            watched.ForEach((index, _, step, scale, elements) => watched.See(index, step, scale, limit, elements));
    }

    /// <summary>All that is known of each weight, for a checkpoint.</summary>
    public IEnumerable<(string Name, Tensor Elements)> Save() => _rule.MaxFrequency == 0 ? [] : _watched.SelectMany(watched =>
        watched.Known.Select((values, index) =>
            ($"oscillation{index}/{watched.Parameter.Name}", Tensor.Of<float>(watched.Parameter.Elements.Shape, values))));

    /// <summary>Takes over what <see cref="Save"/> gave.</summary>
    public void Load(Func<string, Tensor> read)
    {
        if (_rule.MaxFrequency == 0) return;
        foreach (var watched in _watched)
        {
            foreach (var (index, values) in watched.Known.Index())
                read($"oscillation{index}/{watched.Parameter.Name}").Floats.CopyTo(values);
        }
    }

    delegate void WeightAction(int index, float weight, float step, float scale, Span<float> elements);

    /// <summary>A weight tensor with its grid.</summary>
    sealed class Watched
    {
        public required TrainingParameter Parameter { get; init; }

        public float Low { get; private init; }

        public float High { get; private init; }

        /// <summary>The integer of each weight after the last step.</summary>
        public required float[] Before { get; init; }

        /// <summary>−1 or 1 for the way of the last hop; 0 before the first.</summary>
        public required float[] Way { get; init; }

        /// <summary>How often a weight turns back; infinite where it stays.</summary>
        public required float[] Frequency { get; init; }

        /// <summary>The running mean of the integer; the integer itself where it stays.</summary>
        public required float[] Mean { get; init; }

        public IReadOnlyList<float[]> Known => [Before, Way, Frequency, Mean];

        public static Watched Of(TrainingParameter parameter)
        {
            var (spec, length) = (parameter.Grid!().Spec, parameter.Elements.Length);
            var watched = new Watched
            {
                Parameter = parameter,
                Low = spec.Low,
                High = spec.High,
                Before = new float[length],
                Way = new float[length],
                Frequency = new float[length],
                Mean = new float[length],
            };
            watched.ForEach((index, _, step, _, _) => watched.Before[index] = watched.Mean[index] = step);
            return watched;
        }

        /// <summary>Shows each weight with its integer and scale. Weights have no zero point.</summary>
        public void ForEach(WeightAction act)
        {
            var grid = Parameter.Grid!();
            var elements = Parameter.Elements.Floats;
            var layout = ChannelLayout.Of(Parameter.Elements.Shape, grid.Axis);
            for (var i = 0; i < elements.Length; i++)
            {
                var scale = grid.Scales[i / layout.Inner % layout.Channels % grid.Scales.Length];
                act(i, elements[i], Math.Clamp(MathF.Round(elements[i] / scale), Low, High), scale, elements);
            }
        }

        public void See(int index, float step, float scale, float limit, Span<float> elements)
        {
            if (float.IsPositiveInfinity(Frequency[index]))
            {
                elements[index] = Mean[index] * scale;
                return;
            }
            var way = Math.Sign(step - Before[index]);
            var turns = way != 0 && Way[index] == -way;
            if (way != 0) Way[index] = way;
            Before[index] = step;
            Frequency[index] += Share * ((turns ? 1 : 0) - Frequency[index]);
            Mean[index] += Share * (step - Mean[index]);
            if (Frequency[index] <= limit) return;
            (Frequency[index], Mean[index]) = (float.PositiveInfinity, MathF.Round(Mean[index]));
            elements[index] = Mean[index] * scale;
        }
    }
}
