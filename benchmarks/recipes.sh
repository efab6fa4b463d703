#!/usr/bin/env bash
# Measures what each recipe costs each network: accuracy of the exported file on labelled pictures, output SQNR, time of calibration, size.
#   benchmarks/recipes.sh                          all networks, all recipes but TI's; kept under benchmarks/results/<CPU>/recipes.md
#   benchmarks/recipes.sh mobilenet_v2 ti-advanced only these networks and recipes, files of recipes (NAME.yaml) among them; shown only
# Needs the shared models and data (../shared, or the folder that OCTET_SHARED names).
. "$(dirname "${BASH_SOURCE[0]}")/begin.sh"
