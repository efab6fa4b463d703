namespace Octet.Verification;

/// <summary>How a runtime executes a layer.</summary>
public enum LayerExecution
{
    /// <summary>It multiplies integers.</summary>
    Integer,

    /// <summary>It multiplies floats.</summary>
    Float,

    /// <summary>It is computed when the model is loaded, since its inputs are constant.</summary>
    Folded,

    /// <summary>It cannot be told from the runtime's graph.</summary>
    Unknown,
}

/// <summary>One layer of a model, and how a runtime executes it.</summary>
/// <param name="Name">The name of the node, or of its output where it has none.</param>
/// <param name="Operator">The type of the node in the file.</param>
/// <param name="Execution">How the runtime executes it.</param>
/// <param name="Kernel">The operator that the runtime made of it; empty where there is none.</param>
/// <param name="Reason">Why it is not executed in integers; null where it is.</param>
public sealed record RuntimeLayer(string Name, string Operator, LayerExecution Execution, string Kernel, string? Reason);
