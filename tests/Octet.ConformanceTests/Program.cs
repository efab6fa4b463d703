using Octet.ConformanceTests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// With --onnx PATTERN..., the operator suite reports on those tests alone; everything else goes to xunit, as in its own entry point.
return args switch
{
    ["--onnx", .. var patterns] => OnnxSuiteReport.Print(patterns),
    _ when args.Any(argument => argument is "--server" or "--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
