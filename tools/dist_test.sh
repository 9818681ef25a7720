#!/usr/bin/env bash
# Tests a checkpoint with several processes on this machine: one per GPU, or on the CPU where there
# is no GPU.
#
#   tools/dist_test.sh CONFIG CHECKPOINT NPROC [options of tools/test.py ...]
#
# Several machines: run it on each with NNODES, NODE_RANK, MASTER_ADDR and PORT set.
# On one machine PORT defaults to a free port, so that two jobs do not collide.
# PYTHON chooses the interpreter (default: .venv/bin/python of the repository, else python).

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/_launch.sh"

if [[ $# -lt 3 ]] || ! is_count "$3"; then usage "${BASH_SOURCE[0]}"; fi
torchrun "$3" "$TOOLS/test.py" "$1" "$2" "${@:4}"
