#!/usr/bin/env bash
# Builds and checks everything: warnings are errors, the code style, both test projects, and the fast tests again on lesser CPUs.
# Needs only the .NET SDK. Tests that need more (shared data, packages with networks) are skipped with a reason.
#   ./test.sh           everything
#   ./test.sh --quick   build and fast tests only
# The last line is "N passed, N failed[, N skipped]", summed over all runs; the exit code is 0 only if nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
unset OCTET_UPDATE # Golden text is compared here, never rewritten.

quick=false
case ${1-} in
    "") ;;
    --quick) quick=true ;;
    *) sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0

step() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }

# run TITLE PROJECT [ENVIRONMENT...]: runs a built test project, shows its failures, adds its counts and notes what it skipped.
run() {
    local title=$1 project=$2 summary total errors failures skips
    shift 2
    step "$title"
    env "$@" "artifacts/bin/$project/release/$project" -noLogo -noColor -noAutoReporters -reporter default 2>&1 | tee "$results/log" |
        awk -v skips="$results/skips" '
            /^    [^ ].* \[SKIP\]$/ { test = $1; sub(/\(.*/, "", test); next }
            test != "" && /^      / { sub(/^ +/, ""); print $0 "\t" test >> skips; test = ""; rest = 1; next }
            rest && /^      / { next }
            { rest = 0 }
            !/^  (Discover|Starting|Finished)|^===/'

    summary=$(grep -E '^ +Octet\..* Total: [0-9]+' "$results/log" | tail -n 1)
    if [[ $summary =~ Total:\ ([0-9]+),\ Errors:\ ([0-9]+),\ Failed:\ ([0-9]+),\ Skipped:\ ([0-9]+) ]]; then
        total=${BASH_REMATCH[1]} errors=${BASH_REMATCH[2]} failures=${BASH_REMATCH[3]} skips=${BASH_REMATCH[4]}
        passed=$((passed + total - failures - skips))
        failed=$((failed + failures + errors))
        skipped=$((skipped + skips))
        [[ $total -gt 0 ]] || { echo "no test was found"; failed=$((failed + 1)); }
    else
        echo "the run ended without a summary: it crashed"
        failed=$((failed + 1))
    fi
}

finish() {
    if [[ -s $results/skips ]]; then
        step "Skipped"
        sort "$results/skips" | uniq -c | awk -F '\t' '
            { split($1, head, " "); count = head[1]; reason = $1; sub(/^ *[0-9]+ /, "", reason) }
            reason != last { print reason; last = reason }
            { print "  " $2 (count > 1 ? " x " count : "") }'
    fi
    echo
    if [[ $skipped -gt 0 ]]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
    [[ $failed -eq 0 ]]
    exit
}

step "Build, Release"
if ! dotnet build --configuration Release --verbosity quiet -nodeReuse:false; then
    failed=1
    finish
fi

run "Fast tests" Octet.Tests
$quick && finish

step "Code style"
if ! dotnet format --verify-no-changes --no-restore; then
    echo "'dotnet format' mends what is listed above"
    failed=$((failed + 1))
fi

run "Conformance tests" Octet.ConformanceTests
run "Fast tests, AVX-512 off" Octet.Tests DOTNET_EnableAVX512=0
run "Fast tests, AVX2 off" Octet.Tests DOTNET_EnableAVX2=0
run "Fast tests, all intrinsics off" Octet.Tests DOTNET_EnableHWIntrinsic=0
finish
