#!/usr/bin/env bash
# Whether this checkout writes the same files as another build of the command line: same-bits.sh <path of the other Octet.Cli.dll> [samples] [recipe ...]
# OCTET_THIS names another file than the Release build of this checkout.
# Quantizes samples/signs and, where it is shared, MobileNetV2, and compares the exported files byte by byte. Build Release first.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
[[ $# -ge 1 ]] || { sed -n 2,4p "$0"; exit 2; }
other=$1 samples=${2:-16}
shift; shift
recipes=("$@"); [[ ${#recipes[@]} -gt 0 ]] || recipes=(fast onnxruntime best pow2-best ti-advanced)
this=${OCTET_THIS:-$root/artifacts/bin/Octet.Cli/release/Octet.Cli.dll}
shared=${OCTET_SHARED:-$root/../shared}
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
differ=0
compare() { # name, model, options ...
  local name=$1 model=$2; shift 2
  for recipe in "${recipes[@]}"; do
    for which in this other; do
      dotnet "${!which}" quantize "$model" -o "$work/$which.onnx" --recipe "$recipe" --quiet "$@" > "$work/$which.log" 2>&1 || { echo "$name $recipe: $which failed: $(tail -1 "$work/$which.log")"; differ=1; }
    done
    if cmp -s "$work/this.onnx" "$work/other.onnx"; then echo "$name $recipe: same"; else echo "$name $recipe: DIFFERENT"; differ=1; fi
    rm -f "$work"/*.onnx
  done
}
compare signs "$root/samples/signs/signs-mobilenetv2.onnx" --data "$root/samples/signs/calibration" --mean 123.675,116.28,103.53 --scale 0.017125,0.017507,0.017429
model=$shared/models/mobilenet_v2_1.0_224.onnx
if [[ -e $model ]]; then
  compare mobilenetv2 "$model" --data "$shared/data/imagenet/calib" --samples "$samples" --resize 256 --crop 224 --mean 127.5 --scale 0.00784313725
else
  echo "mobilenetv2: left out, $model is not there"
fi
exit $differ
