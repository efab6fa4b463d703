namespace Octet.Training;

/// <summary>A network, its data or the request cannot be trained as they are.</summary>
public sealed class TrainingException(string message) : OctetException(message);
