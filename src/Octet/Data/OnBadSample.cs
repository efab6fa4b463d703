namespace Octet.Data;

/// <summary>What to do with a sample that cannot be read, such as a truncated picture.</summary>
public enum OnBadSample
{
    /// <summary>Stop, and name it.</summary>
    Fail,

    /// <summary>Go on without it, and name it in the end.</summary>
    Skip,
}
