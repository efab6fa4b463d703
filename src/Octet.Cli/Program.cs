using Octet.Cli;

return await CommandLine.RunAsync(args, Terminal.OfThisProcess());
