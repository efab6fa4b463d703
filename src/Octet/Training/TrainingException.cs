namespace Octet.Training;

/// <summary>A network, its data or the request cannot be trained as they are.</summary>
public sealed class TrainingException(string message) : OctetException(message)
{
    /// <param name="loss">Of a step.</param>
    /// <param name="step">0 for the first.</param>
    /// <param name="rate">The learning rate of the step.</param>
    internal static void ThrowIfNotFinite(float loss, long step, double rate)
    {
        if (!float.IsFinite(loss))
            throw new TrainingException($"The loss is {loss} at step {step + 1}; the learning rate {rate:g3} is too high, or a sample is "
                + "not finite.");
    }
}
