using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;

namespace Octet.TestSupport;

/// <summary>The ordinary client of a package registry, as it is set up on this machine: the registry's address, proxies and certificates
/// are its own affair.</summary>
abstract class PackageClient
{
    const int MaxSeconds = 300;

    /// <summary>NuGet, by a restore of the .NET SDK.</summary>
    public static PackageClient NuGet { get; } = new NuGetClient();

    /// <summary>The npm registry, by <c>npm pack</c>. Nothing of a package is run. A machine without npm does without its
    /// packages.</summary>
    public static PackageClient Npm { get; } = new NpmClient();

    /// <summary>Fetches the archive of a package.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="version">Its version.</param>
    /// <param name="folder">An empty folder for all that the client writes.</param>
    /// <returns>The path of the archive.</returns>
    /// <exception cref="OutOfReachException">The client is not there, or does not get it.</exception>
    public abstract string Fetch(string name, string version, string folder);

    /// <summary>Writes the files of an archive whose checksum was right.</summary>
    public abstract void Unpack(string archive, string folder);

    static void Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var texts = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            if (!process.WaitForExit(TimeSpan.FromSeconds(MaxSeconds)))
            {
                process.Kill(entireProcessTree: true);
                throw new OutOfReachException($"{program} {arguments[0]} did not end within {MaxSeconds} s");
            }
            if (process.ExitCode != 0)
                throw new OutOfReachException($"{program} {arguments[0]} ended with exit "
                    + $"code {process.ExitCode}: {FirstError(texts.Result)}");
        }
        catch (Win32Exception absent)
        {
            throw new OutOfReachException($"{program} cannot be started: {absent.Message}");
        }
    }

    static string FirstError(string[] texts) =>
        texts.SelectMany(text => text.Split('\n'))
        .FirstOrDefault(line => line.Contains("error", StringComparison.OrdinalIgnoreCase))?.Trim() ?? "it does not say why";

    sealed class NuGetClient : PackageClient
    {
        public override string Fetch(string name, string version, string folder)
        {
            // A package that is only downloaded is asked for in this way; without the outer properties, so that a folder inside of a
            // repository works too.
            File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), "<Project/>");
            File.WriteAllText(Path.Combine(folder, "Directory.Packages.props"), "<Project/>");
            var project = $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
                  <ItemGroup><PackageDownload Include="{name}" Version="[{version}]" /></ItemGroup>
                </Project>
                """;
            File.WriteAllText(Path.Combine(folder, "fetch.csproj"), project);
            Run(folder, "dotnet", "restore", "fetch.csproj", "--packages", "packages", "-nodeReuse:false");
            var id = name.ToLowerInvariant();
            return Path.Combine(folder, "packages", id, version, $"{id}.{version}.nupkg");
        }

        public override void Unpack(string archive, string folder) => ZipFile.ExtractToDirectory(archive, folder);
    }

    sealed class NpmClient : PackageClient
    {
        public override string Fetch(string name, string version, string folder)
        {
            Run(folder, OperatingSystem.IsWindows() ? "npm.cmd" : "npm", "pack", $"{name}@{version}", "--ignore-scripts",
                "--fetch-retries=1");
            return Directory.EnumerateFiles(folder, "*.tgz").Single();
        }

        public override void Unpack(string archive, string folder)
        {
            using var bytes = new GZipStream(File.OpenRead(archive), CompressionMode.Decompress);
            TarFile.ExtractToDirectory(bytes, folder, overwriteFiles: false);
        }
    }
}
