namespace Octet.Foundation;

/// <summary>
/// Something about the model, the data or the request that the person running Octet can change.
/// Its message has a bounded length and no control characters, whatever names it holds (<see cref="ReadableText"/>).
/// The command line prints only its message and exits with 1; any other exception is a bug in Octet and keeps its stack trace.
/// </summary>
public abstract class OctetException : Exception
{
    /// <summary>What can be changed, for those who word it in the terms of their own interface.</summary>
    public WhatToChange Change { get; internal init; }

    /// <summary>An error with a message: what is wrong, where, and what to do.</summary>
    protected OctetException(string message) : base(ReadableText.Of(message)) { }

    /// <summary>An error with a message, and the exception that led to it.</summary>
    protected OctetException(string message, Exception? cause) : base(ReadableText.Of(message), cause) { }
}
