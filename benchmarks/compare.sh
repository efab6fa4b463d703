#!/usr/bin/env bash
# Measures Octet beside ONNX Runtime on this machine, by turns, and what calibration costs.
#   benchmarks/compare.sh                    the four networks of ../shared/models
#   benchmarks/compare.sh generated          ResNet, MobileNetV3, EfficientNet, RegNetX, YOLOv5s, ViT, with random weights
#   benchmarks/compare.sh integers           what octet quantize writes of five real networks, beside their floats and ONNX Runtime
#   benchmarks/compare.sh latency            one sample on one thread and shared by two
#   benchmarks/compare.sh a.onnx b.onnx      these files, or those of the networks above that are named so
#   benchmarks/compare.sh calibration        time beside the bare forward pass, and peak memory
#   benchmarks/compare.sh training           training steps and gradients beside TorchSharp's (Linux on x64; downloads libtorch, 600 MB)
#   ... --quick                              a fifth of the time, for a first look
# Whole runs of the named sets are kept under benchmarks/results/<CPU>/; the others are only shown.
[[ ${1-} != training ]] || project=Octet.Benchmarks.Torch
. "$(dirname "${BASH_SOURCE[0]}")/begin.sh"
