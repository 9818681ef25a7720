# What the launch scripts share; sourced by them, not run.
#
# Sets TOOLS, PYTHON and PYTHONPATH. PYTHON, if the caller did not set it, is the repository's own
# environment (.venv, which `make demo` makes) if there is one, else the python on the PATH.

TOOLS=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(dirname -- "$TOOLS")
export PYTHONPATH="$ROOT${PYTHONPATH:+:$PYTHONPATH}"

if [[ -z ${PYTHON:-} ]]; then
    if [[ -x $ROOT/.venv/bin/python ]]; then
        PYTHON=$ROOT/.venv/bin/python
    else
        PYTHON=python
    fi
fi

# usage SCRIPT: prints the comment at the head of a script, which is its manual, and leaves.
usage() {
    sed -n '2,/^$/s/^# \{0,1\}//p' "$1" >&2
    exit 2
}

# is_count VALUE: whether it is a positive number.
is_count() {
    [[ $1 =~ ^[1-9][0-9]*$ ]]
}

# torchrun NPROC SCRIPT ARGS...: starts NPROC processes on this node.
#
# SIGTERM, SIGUSR1 and SIGUSR2 go on to them as SIGTERM, which every torchrun passes on; they have
# SHUTDOWN_TIMEOUT seconds (300) to save and end. torchrun returns 1 for whatever they return: that it
# was 75, of a training that saved, a file tells.
torchrun() {
    local nproc=$1
    shift
    NNODES=${NNODES:-1}
    if [[ -z ${PORT:-} ]]; then
        if [[ $NNODES == 1 ]]; then
            PORT=$("$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        else
            PORT=29500
        fi
    fi
    if [[ -z ${OMP_NUM_THREADS:-} ]]; then # torchrun's default is 1, whatever the machine
        local cores
        cores=$(getconf _NPROCESSORS_ONLN)
        export OMP_NUM_THREADS=$((cores > nproc ? cores / nproc : 1))
    fi
    export MKL_NUM_THREADS=${MKL_NUM_THREADS:-$OMP_NUM_THREADS}
    # torchrun's --signals-to-handle and --shutdown-timeout, as variables that older ones ignore
    export PET_SIGNALS_TO_HANDLE=SIGTERM,SIGINT,SIGHUP,SIGQUIT,SIGUSR1,SIGUSR2
    export PET_SHUTDOWN_TIMEOUT=${SHUTDOWN_TIMEOUT:-300}
    run_preemptible "$PYTHON" "$TOOLS/_torchrun.py" \
        --nnodes="$NNODES" \
        --node_rank="${NODE_RANK:-0}" \
        --master_addr="${MASTER_ADDR:-127.0.0.1}" \
        --nproc_per_node="$nproc" \
        --master_port="$PORT" \
        "$@" --launcher pytorch
    exit "$CODE"
}

# run_preemptible COMMAND...: runs a launcher and sets CODE to what it returns; to 75 if a training
# saved and ended, whatever the launcher made of it.
#
# Signals that ask for that go on to it as FORWARD (TERM).
run_preemptible() {
    MMMTL_PREEMPTED_FILE=$(mktemp -u)
    export MMMTL_PREEMPTED_FILE
    # A shell has its background processes ignore Ctrl-C.
    env --default-signal=INT "$@" &
    local child=$!
    trap : INT # it reaches all of them
    # shellcheck disable=SC2064
    trap "kill -${FORWARD:-TERM} $child 2>/dev/null || :" TERM HUP USR1 USR2
    while
        CODE=0
        wait "$child" || CODE=$?
        kill -0 "$child" 2>/dev/null
    do :; done
    trap - INT TERM HUP USR1 USR2
    if [[ -e $MMMTL_PREEMPTED_FILE ]]; then
        rm -f "$MMMTL_PREEMPTED_FILE"
        if [[ $CODE != 0 ]]; then CODE=75; fi
    fi
}

# own_job JOB_NAME: prints the number of the Slurm job that srun was last called in, or made.
own_job() {
    if [[ -n ${SLURM_ARRAY_JOB_ID:-} ]]; then # the number of one of them is that of all
        echo "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    elif [[ -n ${SLURM_JOB_ID:-} ]]; then
        echo "$SLURM_JOB_ID"
    else
        squeue -h -t all -u "$(id -un)" -n "$1" -S -i -o %i | sed -n 1p
    fi
}

# was_cancelled JOB: whether somebody cancelled a Slurm job or put it back into the queue. A time limit
# is a reason for Slurm; of a job that it cancels for one with priority, it keeps the time.
was_cancelled() {
    local job asked=' JobState=(PENDING|(CANCELLED|COMPLETING) Reason=None) '
    [[ -n $1 ]] && job=$(scontrol show job -o "$1") || return 1
    [[ $job =~ $asked && ! $job =~ ' PreemptTime='[0-9] ]]
}

# on_slurm PARTITION JOB_NAME SCRIPT ARGS...: starts GPUS processes through srun, once more after
# each time that a training saved and ended if REQUEUE is 1.
#
# srun takes SIGTERM as an order to kill and passes SIGUSR1 on.
on_slurm() {
    local partition=$1 job_name=$2
    shift 2
    local gpus=${GPUS:-4}
    local per_node=${GPUS_PER_NODE:-4}
    local gres=${GRES-gpu:$per_node}
    local extra=() job
    read -r -a extra <<<"${SRUN_ARGS:-}"
    while
        FORWARD=USR1 run_preemptible srun -p "$partition" \
            --job-name="$job_name" \
            ${gres:+--gres="$gres"} \
            --ntasks="$gpus" \
            --ntasks-per-node="$((per_node < gpus ? per_node : gpus))" \
            --cpus-per-task="${CPUS_PER_TASK:-5}" \
            --kill-on-bad-exit=1 \
            ${extra[@]+"${extra[@]}"} \
            "$PYTHON" -u "$@" --launcher slurm
        [[ $CODE == 75 && ${REQUEUE:-0} == 1 ]]
    do
        job=$(own_job "$job_name") || job=
        if was_cancelled "$job"; then
            echo "Job $job was cancelled or requeued; the training does not go on in it." >&2
            break
        fi
        if [[ -n ${SLURM_JOB_ID:-} ]]; then # a batch job starts again from its first line
            scontrol requeue "$job" && exit 75
            echo "scontrol could not requeue job $job; the training goes on in it." >&2
        fi
    done
    exit "$CODE"
}
