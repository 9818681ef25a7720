#!/usr/bin/env bash
# Tests a checkpoint with several processes on a Slurm cluster.
#
#   [GPUS=4] [GPUS_PER_NODE=4] [CPUS_PER_TASK=5] [SRUN_ARGS=...] \
#       tools/slurm_test.sh PARTITION JOB_NAME CONFIG CHECKPOINT [options of tools/test.py ...]
#
# GPUS is the number of processes. GRES defaults to gpu:$GPUS_PER_NODE; set it empty (GRES=) for a
# partition without GPUs. PYTHON chooses the interpreter (default: .venv/bin/python of the repository,
# else python). Jobs on one node do not collide: their port comes from the number of the job, unless
# MASTER_PORT is set.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/_launch.sh"

if [[ $# -lt 4 ]]; then usage "${BASH_SOURCE[0]}"; fi
on_slurm "$1" "$2" "$TOOLS/test.py" "$3" "$4" "${@:5}"
