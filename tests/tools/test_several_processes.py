"""train.py and test.py in several processes, as the scripts start them."""

import os
import socket

import pytest
import torch

from mmmtl.compat.checkpoint import read_checkpoint
from tests.utils.paths import TOOLS
from tests.utils.toy.toy_runs import CONFIG, output, read_trace, run, run_tool

pytestmark = pytest.mark.e2e

GLOO_LINE = 'No CUDA device: running 2 processes on the CPU with gloo; SyncBN falls back to BN'
needs_no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason='runs on the GPU instead')


@pytest.fixture(scope='module')
def distributed(tmp_path_factory):
    """A distributed run in two processes, started from another folder."""
    folder = tmp_path_factory.mktemp('distributed')
    done = run(
        TOOLS / 'dist_train.sh', CONFIG, 2, '--work-dir', folder / 'work',
        '--cfg-options', 'train_cfg.max_epochs=2', f'model.trace={folder}/trace',
        cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, output(done)
    return folder, done


@needs_no_gpu
def test_dist_train_on_the_cpu_says_so_once(distributed):
    folder, done = distributed
    assert output(done).count(GLOO_LINE) == 1
    (log_file,) = (folder / 'work').glob('*/*.log')
    assert GLOO_LINE in log_file.read_text()


def test_processes_see_other_images_and_end_with_the_same_state(distributed):
    folder, _ = distributed
    seen = [read_trace(folder / 'trace', rank) for rank in (0, 1)]
    assert len(seen[0]) == len(seen[1]) == 4
    assert all(seen[0][i]['images'] != seen[1][i]['images'] for i in seen[0])

    states = [torch.load(folder / 'work' / f'rank_{rank}.state') for rank in (0, 1)]
    saved = read_checkpoint(folder / 'work' / 'epoch_2.pth')['state_dict']
    assert saved['norm.num_batches_tracked'] == 4
    assert saved['norm.num_batches_tracked'].dtype == torch.int64
    for name, value in saved.items():
        assert torch.equal(states[0][name], states[1][name]), name
        assert torch.equal(states[0][name].cpu(), value.cpu()), name


def test_dist_test_gives_the_metrics_of_one_process(distributed, tmp_path, two_at_once):
    folder, _ = distributed
    checkpoint = folder / 'work' / 'epoch_2.pth'
    alone = two_at_once.submit(
        run_tool, 'test', CONFIG, checkpoint, '--work-dir', tmp_path / 'alone',
    )  # fmt: skip
    several = run(
        TOOLS / 'dist_test.sh', CONFIG, checkpoint, 2, '--work-dir', tmp_path, '--out',
        tmp_path / 'out', cwd=tmp_path,
    )  # fmt: skip

    def metrics(done):
        assert done.returncode == 0, output(done)
        lines = [line for line in output(done).splitlines() if 'seg/mIoU' in line]
        return lines[-1].split('seg/aAcc:')[1].split('data_time')[0].split()

    assert metrics(several) == metrics(alone.result())
    assert len(list((tmp_path / 'out' / 'seg').glob('image_*.png'))) == 4


FAKE_SRUN = """#!/usr/bin/env bash
# Starts as many tasks as it is told to, on this machine.
while [[ $1 == -* ]]; do
    case $1 in
        -p) shift ;;
        --ntasks=*) tasks=${1#*=} ;;
    esac
    shift
done
export SLURM_NTASKS=$tasks SLURM_NODELIST='node[1-1]' SLURM_JOB_ID=1
for ((task = 0; task < tasks; task++)); do
    SLURM_PROCID=$task SLURM_LOCALID=$task "$@" &
    started+=($!)
done
for process in "${started[@]}"; do wait "$process" || exit 1; done
"""
FAKE_SCONTROL = """#!/usr/bin/env bash
[[ $* == 'show hostname node[1-1]' ]] && echo 127.0.0.1
"""


@needs_no_gpu
def test_slurm_train_on_the_cpu(tmp_path):
    for name, text in (('srun', FAKE_SRUN), ('scontrol', FAKE_SCONTROL)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    with socket.socket() as free:
        free.bind(('127.0.0.1', 0))
        port = free.getsockname()[1]
    variables = dict(
        PATH=f'{tmp_path}:{os.environ["PATH"]}', GPUS='2', GRES='', MASTER_PORT=str(port)
    )
    done = run(
        TOOLS / 'slurm_train.sh', 'part', 'job', CONFIG, '--work-dir', tmp_path / 'work', '--amp',
        '--cfg-options', 'train_cfg.max_epochs=1', f'model.trace={tmp_path}/trace',
        cwd=tmp_path, **variables,
    )  # fmt: skip
    assert done.returncode == 0, output(done)
    assert output(done).count(GLOO_LINE) == 1
    assert 'mixed precision runs on the CPU, in bfloat16' in output(done)
    assert (tmp_path / 'work' / 'epoch_1.pth').is_file()
    for rank in (0, 1):
        dtypes = {record['dtype'] for record in read_trace(tmp_path / 'trace', rank).values()}
        assert dtypes == {'torch.bfloat16'}
