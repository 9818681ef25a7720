"""train.py and test.py in several processes, as the scripts start them."""

import pytest
import torch

from mmmtl.compat.checkpoint import read_checkpoint
from tests.utils.paths import TOOLS
from tests.utils.slurm_cluster import free_ports
from tests.utils.toy.toy_runs import (
    CONFIG,
    assert_same_weights,
    output,
    read_trace,
    run,
    run_tool,
)

pytestmark = pytest.mark.e2e

GLOO_LINE = 'No CUDA device: running 2 processes on the CPU with gloo; SyncBN falls back to BN'
ONE_THREAD = dict(OMP_NUM_THREADS='1')  # sums are rounded in another order with more
TWO_TASKS = dict(GPUS='2', GRES='', CPUS_PER_TASK='1')
needs_no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason='runs on the GPU instead')


@pytest.fixture(scope='module')
def distributed(tmp_path_factory):
    """A distributed run in two processes, started from another folder."""
    folder = tmp_path_factory.mktemp('distributed')
    done = run(
        TOOLS / 'dist_train.sh', CONFIG, 2, '--work-dir', folder / 'work',
        '--cfg-options', 'train_cfg.max_epochs=2', f'model.trace={folder}/trace',
        cwd=folder, **ONE_THREAD,
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


@pytest.fixture(scope='module')
def alone(distributed, two_at_once, tmp_path_factory):
    """A test of the distributed run's checkpoint in one process, which goes on beside others."""
    folder, _ = distributed
    checkpoint = folder / 'work' / 'epoch_2.pth'
    work_dir = tmp_path_factory.mktemp('alone')
    return two_at_once.submit(run_tool, 'test', CONFIG, checkpoint, '--work-dir', work_dir)


def metrics(done):
    """Gives what a test logged of its metrics."""
    assert done.returncode == 0, output(done)
    lines = [line for line in output(done).splitlines() if 'seg/mIoU' in line]
    return lines[-1].split('seg/aAcc:')[1].split('data_time')[0].split()


def test_dist_test_gives_the_metrics_of_one_process(distributed, alone, tmp_path):
    folder, _ = distributed
    done = run(
        TOOLS / 'dist_test.sh', CONFIG, folder / 'work' / 'epoch_2.pth', 2, '--work-dir', tmp_path,
        '--out', tmp_path / 'out', cwd=tmp_path,
    )  # fmt: skip
    assert metrics(done) == metrics(alone.result())
    assert len(list((tmp_path / 'out' / 'seg').glob('image_*.png'))) == 4


@needs_no_gpu
def test_slurm_train_gives_the_weights_of_dist_train(distributed, slurm, tmp_path):
    folder, _ = distributed
    done = slurm.run(
        TOOLS / 'slurm_train.sh', 'usual', 'job', CONFIG, '--work-dir', tmp_path / 'work',
        '--cfg-options', 'train_cfg.max_epochs=2', f'model.trace={tmp_path}/trace',
        cwd=tmp_path, **TWO_TASKS,
    )  # fmt: skip
    assert done.returncode == 0, output(done)
    assert output(done).count(GLOO_LINE) == 1
    assert_same_weights(folder / 'work' / 'epoch_2.pth', tmp_path / 'work' / 'epoch_2.pth')
    for rank in (0, 1):
        assert read_trace(tmp_path / 'trace', rank) == read_trace(folder / 'trace', rank)


def test_slurm_test_gives_the_metrics_of_one_process(distributed, alone, slurm, tmp_path):
    folder, _ = distributed
    done = slurm.run(
        TOOLS / 'slurm_test.sh', 'usual', 'job', CONFIG, folder / 'work' / 'epoch_2.pth',
        '--work-dir', tmp_path, cwd=tmp_path, **TWO_TASKS,
    )  # fmt: skip
    assert metrics(done) == metrics(alone.result())


@needs_no_gpu
def test_two_nodes_give_the_weights_of_one(distributed, two_at_once, tmp_path):
    folder, _ = distributed
    (port,) = free_ports(1)
    options = (
        *(TOOLS / 'dist_train.sh', CONFIG, 1, '--work-dir', tmp_path / 'work'),
        *('--cfg-options', 'train_cfg.max_epochs=2', f'model.trace={tmp_path}/trace'),
    )
    place = dict(cwd=tmp_path, NNODES='2', MASTER_ADDR='127.0.0.1', PORT=str(port), **ONE_THREAD)
    nodes = [two_at_once.submit(run, *options, **place, NODE_RANK=rank) for rank in ('0', '1')]
    for node in nodes:
        assert node.result().returncode == 0, output(node.result())
    assert_same_weights(folder / 'work' / 'epoch_2.pth', tmp_path / 'work' / 'epoch_2.pth')
    for rank in (0, 1):
        assert read_trace(tmp_path / 'trace', rank) == read_trace(folder / 'trace', rank)
