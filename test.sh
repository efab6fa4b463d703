#!/usr/bin/env bash
# Builds and checks everything: warnings are errors, the code style, both test projects, and on lesser CPUs those that could differ there.
# Needs only the .NET SDK. Tests that need more (shared data, packages with networks) are skipped with a reason.
#   ./test.sh           everything
#   ./test.sh --quick   build and fast tests only, without those that take long
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

# run TITLE PROJECT [VARIABLE=VALUE...] [-- FILTER...]: runs a built test project, shows its progress and failures, adds its counts and
# notes what it skipped.
run() {
    local title=$1 project=$2 summary total errors failures skips variables=()
    shift 2
    while [[ $# -gt 0 && $1 != -- ]]; do variables+=("$1"); shift; done
    step "$title"
    env "${variables[@]}" "artifacts/bin/$project/release/$project" "${@:2}" -noLogo -noColor -noAutoReporters -reporter verbose 2>&1 |
        tee "$results/log" | awk -v skips="$results/skips" '
            BEGIN { "date +%s" | getline begin }
            /^    [^ ].* \[STARTING\]$/ { next }
            /^    [^ ].* \[FINISHED\] Time: / {
                if (++finished % 500 == 0) {
                    close("date +%s"); "date +%s" | getline now
                    print "  " finished " tests, " now - begin " s"; fflush()
                }
                next
            }
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

if $quick; then
    run "Fast tests, without those that take long" Octet.Tests -- -trait- Duration=long
    finish
fi
run "Fast tests" Octet.Tests

step "Code style"
if ! dotnet format --verify-no-changes --no-restore; then
    echo "'dotnet format' mends what is listed above"
    failed=$((failed + 1))
fi

run "Conformance tests" Octet.ConformanceTests
run "Fast tests, AVX-512 off" Octet.Tests DOTNET_EnableAVX512=0 -- -trait- Cpu=any
run "Fast tests, AVX2 off" Octet.Tests DOTNET_EnableAVX2=0 -- -trait- Cpu=any
run "Fast tests, all intrinsics off" Octet.Tests DOTNET_EnableHWIntrinsic=0 -- -trait- Cpu=any
finish
