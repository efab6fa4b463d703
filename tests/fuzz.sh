#!/usr/bin/env bash
# Changes files of all kinds and looks what comes of them, for a time; inputs that do harm are kept.
#   tests/fuzz.sh MINUTES [FOLDER] [FIRST]      seeds from FIRST on (another time, other seeds: the date if left out); FOLDER is tests/findings
# Coverage-guided runs, where afl-fuzz or libfuzzer-dotnet are installed: instrument a copy of Octet.dll by "sharpfuzz Octet.dll" (dotnet tool SharpFuzz.CommandLine), then
#   afl-fuzz -i SEEDS -o FINDINGS -t 20000 -m none -- dotnet Octet.Fuzz.dll afl model
#   libfuzzer-dotnet --target_path=dotnet --target_arg="Octet.Fuzz.dll libfuzzer model" SEEDS
# SEEDS is a folder of files that "Octet.Fuzz make KIND SEED FILE" wrote, or of your own.
set -uo pipefail
cd "$(dirname "$0")/.."
minutes=${1:?how many minutes?}
folder=${2:-tests/findings}
seed=${3:-$(( $(date +%s) % 1000 * 1000000 ))}
mkdir -p "$folder"
dotnet build tests/Octet.Fuzz -c Release -v q -nodeReuse:false || exit 2
export OCTET_SHARED=${OCTET_SHARED:-$PWD/../shared}
end=$(( SECONDS + minutes * 60 ))
harm=0
while (( SECONDS < end )); do
  # In parts, so that an input that ends the program does not end the run, and the counts are there whenever one looks.
  artifacts/bin/Octet.Fuzz/release/Octet.Fuzz run all "$seed" 10000 "$folder" $(( (end - SECONDS + 59) / 60 )) | tee -a "$folder/log"
  code=${PIPESTATUS[0]}
  if (( code > 1 )); then
    last=$((10#$(cat "$folder/current")))
    echo "FINDING seed $last ended the program with code $code" | tee -a "$folder/log"
    artifacts/bin/Octet.Fuzz/release/Octet.Fuzz make all "$last" "$folder/ended-$last"
    seed=$((last + 1))
  else
    seed=$((seed + 10000))
  fi
  (( code == 0 )) || harm=1
done
grep -h FINDING "$folder/log" | sort | uniq -c | sort -rn | head -50
exit "$harm"
