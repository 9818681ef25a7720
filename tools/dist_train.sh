#!/usr/bin/env bash
# Trains with several processes on this machine: one per GPU, or on the CPU where there is no GPU.
#
#   tools/dist_train.sh CONFIG NPROC [options of tools/train.py ...]
#
# Several machines: run it on each with NNODES, NODE_RANK, MASTER_ADDR and PORT set.
# On one machine PORT defaults to a free port, so that two jobs do not collide.
# PYTHON chooses the interpreter (default: .venv/bin/python of the repository, else python).

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/_launch.sh"

if [[ $# -lt 2 ]] || ! is_count "$2"; then usage "${BASH_SOURCE[0]}"; fi
torchrun "$2" "$TOOLS/train.py" "$1" "${@:3}"
