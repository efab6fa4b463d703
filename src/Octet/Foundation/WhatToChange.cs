namespace Octet.Foundation;

/// <summary>What a user can change to fix a problem, as data: the command line words it as options.</summary>
public enum WhatToChange
{
    /// <summary>Nothing beyond what the message says.</summary>
    AsTheMessageSays,

    /// <summary>How pictures become inputs.</summary>
    Preprocessing,

    /// <summary>The shapes of the model's inputs.</summary>
    InputShapes,

    /// <summary>The numbers that inputs are fixed to.</summary>
    InputValues,

    /// <summary>The names of nodes and values that were given.</summary>
    Names,

    /// <summary>The calibration table, or how it is read.</summary>
    CalibrationTable,
}
