using System.CommandLine;

namespace Octet.Cli;

/// <summary>A model's file. Whether it is there and what it holds is the reader's to say.</summary>
sealed class ModelArgument : Argument<string>
{
    public ModelArgument(string description, string name = "model") : base(name) => Description = description;
}
