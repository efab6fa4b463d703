#!/usr/bin/env bash
# Kills octet at random moments and looks at what it leaves: the whole old or the whole new output, and nothing else after the next run.
# Then eight processes write one output, and files are written where they cannot be: full disk, read-only folder, limit of file size.
#   tests/kill.sh [KILLS] [ROUNDS]   200 kills and 200 rounds if left out; about 15 minutes on two cores
# The command is built first. The last line says how many checks failed; the exit code is 0 only if none did.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
kills=${1:-200} rounds=${2:-200}
RANDOM=1
dotnet build src/Octet.Cli -c Release -v q -nodeReuse:false >/dev/null || exit 2
octet=(dotnet "$PWD/artifacts/bin/Octet.Cli/release/Octet.Cli.dll")
signs=$PWD/samples/signs
model=$signs/signs-mobilenetv2.onnx
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 2

failed=0
fail() { echo "FAIL: $*"; failed=$((failed + 1)); }

preprocessing=(--mean 123.675,116.28,103.53 --scale 0.017125,0.017507,0.017429)
"${octet[@]}" prepare "$model" -o prepared.onnx "${preprocessing[@]}" -q >/dev/null || exit 2
data=(--data "$signs/calibration" --samples 8 -q)
"${octet[@]}" calibrate prepared.onnx "${data[@]}" --shard 1/2 -o part1.json >/dev/null
"${octet[@]}" calibrate prepared.onnx "${data[@]}" --shard 2/2 -o part2.json >/dev/null

# Each job writes into a folder of its own, so that whatever else appears there is a leftover.
job() { # KIND OUTPUT
    case $1 in
        prepare) echo prepare "$model" -o "$2" "${preprocessing[@]}" -q ;;
        quantize) echo quantize prepared.onnx "${data[@]}" -o "$2" ;;
        calibrate) echo calibrate prepared.onnx "${data[@]}" -o "$2" ;;
        shard) echo calibrate prepared.onnx "${data[@]}" --shard 1/2 -o "$2" ;;
        merge) echo calibrate prepared.onnx --merge part1.json part2.json -q -o "$2" ;;
    esac
}

declare -A whole milliseconds
for kind in prepare quantize calibrate shard merge; do
    mkdir "$kind"
    begin=$(date +%s%N)
    # shellcheck disable=SC2046
    "${octet[@]}" $(job "$kind" "$kind/out") >/dev/null || fail "$kind does not run"
    milliseconds[$kind]=$((($(date +%s%N) - begin) / 1000000))
    whole[$kind]=$(sha256sum < "$kind/out")
done

leftovers=0
for ((i = 0; i < kills; i++)); do
    kinds=(prepare quantize calibrate shard merge)
    kind=${kinds[i % 5]}
    echo old > "$kind/out"
    old=$(sha256sum < "$kind/out")
    # shellcheck disable=SC2046
    "${octet[@]}" $(job "$kind" "$kind/out") >/dev/null 2>&1 &
    pid=$!
    span=${milliseconds[$kind]} wait_ms=-1
    case $((i / 5 % 3)) in
        0) wait_ms=$((RANDOM * span / 32768 + 1)) ;;
        1) wait_ms=$((span * 8 / 10 + RANDOM * span * 3 / 10 / 32768)) ;;
        # While a file is written, which takes some milliseconds only.
        2) until compgen -G "$kind/*.partial" >/dev/null || ! kill -0 $pid 2>/dev/null; do :; done ;;
    esac
    ((wait_ms < 0)) || sleep "$((wait_ms / 1000)).$(printf %03d $((wait_ms % 1000)))"
    kill -KILL $pid 2>/dev/null
    wait $pid 2>/dev/null
    now=$(sha256sum < "$kind/out")
    [[ $now == "$old" || $now == "${whole[$kind]}" ]] || fail "$kind killed after $wait_ms ms left half an output"
    [[ $(find "$kind" -type f | wc -l) -eq 1 ]] || leftovers=$((leftovers + 1))
    if ((i % 5 == 4 || i >= kills - 5)); then
        # shellcheck disable=SC2046
        "${octet[@]}" $(job "$kind" "$kind/out") >/dev/null || fail "$kind does not run after a kill"
        [[ $(sha256sum < "$kind/out") == "${whole[$kind]}" ]] || fail "$kind writes something else after a kill"
        [[ $(find "$kind" -type f | wc -l) -eq 1 ]] || fail "the next $kind leaves $(find "$kind" -type f | tr '\n' ' ')"
    fi
done
echo "$kills kills, $leftovers of which left an unfinished file"

# Eight processes on one output, which is whole whenever it is looked at.
mkdir race
for ((i = 0; i < rounds; i++)); do
    pids=()
    for j in 1 2 3 4 5 6 7 8; do
        # shellcheck disable=SC2046
        "${octet[@]}" $(job prepare race/out) >/dev/null 2>>race.log &
        pids+=($!)
    done
    while kill -0 "${pids[0]}" 2>/dev/null; do
        [[ ! -e race/out || $(sha256sum < race/out) == "${whole[prepare]}" ]] || fail "round $i: the output is not whole"
        sleep 0.05
    done
    for pid in "${pids[@]}"; do wait "$pid" || fail "round $i: a process failed: $(tail -1 race.log)"; done
    [[ $(find race -type f | tr '\n' ' ') == "race/out " && $(sha256sum < race/out) == "${whole[prepare]}" ]] || fail "round $i left $(find race -type f | tr '\n' ' ')"
done
echo "$rounds rounds of eight processes"

# Places where nothing can be written: told in words, with exit code 1, and nothing is left.
refused() { # NAME FOLDER COMMAND...
    local name=$1 place=$2; shift 2
    "$@" >/dev/null 2>refused.log
    local code=$?
    [[ $code -eq 1 ]] || fail "$name: exit code $code: $(head -3 refused.log)"
    grep -q "cannot be written" refused.log || fail "$name: $(head -3 refused.log)"
    [[ -z $(find "$place" -name '*.partial') ]] || fail "$name leaves $(find "$place" -name '*.partial')"
    echo "$name: $(head -1 refused.log)"
}
# shellcheck disable=SC2046
{
    refused "a device" /nowhere "${octet[@]}" $(job prepare /dev/full) 2>/dev/null
    mkfifo pipe
    refused "a pipe" . "${octet[@]}" $(job prepare pipe)
    mkdir small
    if mount -t tmpfs -o size=300k none small 2>/dev/null; then
        refused "a full disk" small "${octet[@]}" $(job prepare small/out)
        umount small
        mount -t tmpfs -o ro none small && refused "a read-only folder" small "${octet[@]}" $(job prepare small/out)
        umount small
    else
        echo "no right to mount: a full disk and a read-only folder are left out"
    fi
    # .NET itself needs files of more than the limit for writing code, unless told not to.
    export DOTNET_EnableWriteXorExecute=0
    limited() { (ulimit -f 300 && "${octet[@]}" $(job prepare limited.onnx)); }
    refused "a limit of file size" . limited
}

echo "$failed checks failed"
[[ $failed -eq 0 ]]
