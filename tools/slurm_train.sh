#!/usr/bin/env bash
# Trains with several processes on a Slurm cluster.
#
#   [GPUS=4] [GPUS_PER_NODE=4] [CPUS_PER_TASK=5] [SRUN_ARGS=...] \
#       tools/slurm_train.sh [--requeue] PARTITION JOB_NAME CONFIG [options of tools/train.py ...]
#
# With --requeue, a training that saves and ends because Slurm asks for it goes on by itself: a batch
# job (sbatch) is put into the queue again, elsewhere srun is called again. It implies --resume: the
# work dir's latest checkpoint is where it goes on, at the first start too.
#
# GPUS is the number of processes. GRES defaults to gpu:$GPUS_PER_NODE; set it empty (GRES=) for a
# partition without GPUs. PYTHON chooses the interpreter (default: .venv/bin/python of the repository,
# else python). Jobs on one node do not collide: their port comes from the number of the job, unless
# MASTER_PORT is set.

set -euo pipefail
source "$(dirname -- "${BASH_SOURCE[0]}")/_launch.sh"

REQUEUE=0
if [[ ${1:-} == --requeue ]]; then
    REQUEUE=1
    shift
fi
if [[ $# -lt 3 ]]; then usage "${BASH_SOURCE[0]}"; fi
if [[ $REQUEUE == 1 ]]; then set -- "$@" --resume; fi
on_slurm "$1" "$2" "$TOOLS/train.py" "$3" "${@:4}"
