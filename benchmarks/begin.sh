# What the scripts beside it have in common: the comment at a script's head is its help; its name is that of a benchmark, which is built and run.
set -euo pipefail
name=$(basename "$0" .sh)
if [[ ${1-} == -h || ${1-} == --help ]]; then
    sed -n '2,${/^#/!q;s/^# \{0,1\}//p}' "$0"
    exit
fi
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 OCTET_SHARED=${OCTET_SHARED:-$PWD/../shared}
project=${project:-Octet.Benchmarks}
build=$(dotnet build "benchmarks/$project" --configuration Release --verbosity quiet -p:RunAnalyzers=false) || { echo "$name.sh: the build failed: $build" >&2; exit 1; }
exec artifacts/bin/"$project"/release*/"$project" "$name" "$@"
