namespace Octet.Cli;

/// <summary>What a verdict says, for its colour.</summary>
enum Mood
{
    /// <summary>All is well: green.</summary>
    Good,

    /// <summary>Look again: yellow.</summary>
    Doubtful,

    /// <summary>Something is wrong: red.</summary>
    Bad,
}
