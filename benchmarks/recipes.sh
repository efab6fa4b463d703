#!/usr/bin/env bash
# Measures what each recipe costs each network: accuracy of the exported file on labelled pictures, output SQNR, time of calibration, size.
#   benchmarks/recipes.sh                          all networks, all recipes but TI's; kept under benchmarks/results/<CPU>/recipes.md
#   benchmarks/recipes.sh mobilenet_v2 ti-advanced only these networks and recipes, files of recipes (NAME.yaml) among them; shown only
# Needs the shared models and data (../shared, or the folder that OCTET_SHARED names).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

if [[ ${1-} == -h || ${1-} == --help ]]; then
    sed -n '2,5s/^# \{0,1\}//p' "$0"
    exit
fi
build=$(dotnet build benchmarks/Octet.Benchmarks --configuration Release --verbosity quiet -p:RunAnalyzers=false) || { echo "recipes.sh: the build failed: $build" >&2; exit 1; }
OCTET_SHARED=${OCTET_SHARED:-$PWD/../shared} exec artifacts/bin/Octet.Benchmarks/release/Octet.Benchmarks recipes "$@"
