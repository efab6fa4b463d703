#!/usr/bin/env bash
# What docs/packages.md tells a user to type: packs the library, makes a console project that references it, quantizes samples/signs,
# and loads the int8 model in ONNX Runtime. Tells how long it took.
#   tests/consumer.sh   NuGet has to be reached
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
signs=$PWD/samples/signs
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
dotnet pack src/Octet -c Release -v q -nodeReuse:false -o "$folder/packages"

start=$SECONDS
mkdir "$folder/consumer"
cd "$folder/consumer"
export NUGET_PACKAGES=$folder/cache # the package may have changed since a run before
dotnet new console -v q > /dev/null
dotnet new nugetconfig > /dev/null
dotnet nuget add source "$folder/packages" -n octet --configfile nuget.config > /dev/null
dotnet add package Octet > /dev/null
dotnet add package Microsoft.ML.OnnxRuntime > /dev/null
cat > Program.cs <<'CS'
using Microsoft.ML.OnnxRuntime;
using Octet;
using Octet.Data;

var model = Quantizer.Load($"{args[0]}/signs-mobilenetv2.onnx", PreprocessingPreset.Find("imagenet")!.Of() with { Resize = null, Crop = null });
Quantizer.Quantize(model, Quantizer.OpenSamples(model, $"{args[0]}/calibration")).Save("signs.int8.onnx");
using var session = new InferenceSession("signs.int8.onnx");
Console.WriteLine($"loaded: {string.Join(", ", session.OutputMetadata.Keys)}");
CS
answer=$(dotnet run -- "$signs")
echo "$answer, $((SECONDS - start)) s behind the pack"
[[ $answer == "loaded: logits" ]]
