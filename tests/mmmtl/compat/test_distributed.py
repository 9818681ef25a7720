from datetime import timedelta

import pytest
import torch
import torch.distributed as dist
from mmengine.config import Config

from mmmtl.compat import distributed
from mmmtl.compat.distributed import adapt_distribution_to_machine, init_gloo


def config(**values):
    return Config(
        dict(
            launcher='pytorch',
            sync_bn='torch',
            model=dict(
                backbone=dict(norm_cfg=dict(type='SyncBN', requires_grad=True)),
                heads=[dict(norm_cfg=dict(type='MMSyncBN')), dict(norm_cfg=dict(type='GN'))],
            ),
            **values,
        )
    )


@pytest.fixture
def one_process(monkeypatch, tmp_path):
    """A torchrun environment with one process, on a machine without a GPU."""
    variables = dict(
        RANK='0', WORLD_SIZE='1', LOCAL_RANK='0', MASTER_ADDR='127.0.0.1', MASTER_PORT='0'
    )
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(distributed, 'get_device', lambda: 'cpu')
    threads = torch.get_num_threads()
    yield
    torch.set_num_threads(threads)
    if dist.is_initialized():
        dist.destroy_process_group()


def test_nothing_to_do_for_one_process():
    cfg = config()
    cfg.launcher = 'none'
    before = cfg.to_dict()
    assert adapt_distribution_to_machine(cfg) is None
    assert cfg.to_dict() == before


def test_a_config_on_the_cpu(one_process):
    cfg = config(find_unused_parameters=True)
    line = adapt_distribution_to_machine(cfg)
    assert line == (
        'No CUDA device: running 1 processes on the CPU with gloo; SyncBN falls back to BN'
    )
    assert dist.get_backend() == 'gloo'
    assert cfg.model_wrapper_cfg == dict(
        type='MMDistributedDataParallel',
        device_ids=None,
        broadcast_buffers=False,
        find_unused_parameters=True,
    )
    assert 'sync_bn' not in cfg
    assert cfg.model.backbone.norm_cfg == dict(type='BN', requires_grad=True)
    assert [head.norm_cfg.type for head in cfg.model.heads] == ['BN', 'GN']
    assert cfg.custom_hooks == [dict(type='SyncNormStatsHook')]


def test_the_users_wrapper_is_kept(one_process):
    cfg = config(model_wrapper_cfg=dict(static_graph=True, broadcast_buffers=True))
    adapt_distribution_to_machine(cfg)
    assert cfg.model_wrapper_cfg.static_graph
    assert cfg.model_wrapper_cfg.broadcast_buffers
    assert cfg.model_wrapper_cfg.device_ids is None


@pytest.mark.parametrize('hook', ['SyncBuffersHook', 'SyncNormStatsHook'])
@pytest.mark.parametrize('place', ['custom', 'default'])
def test_the_users_hook_is_kept(one_process, hook, place):
    hooks = (
        dict(custom_hooks=[dict(type=hook)])
        if place == 'custom'
        else dict(default_hooks=dict(sync=dict(type=hook), timer=None))
    )
    cfg = config(**hooks)
    adapt_distribution_to_machine(cfg)
    assert str(cfg.to_dict()).count("Hook'") == 1


def test_a_machine_with_gpus_keeps_its_config(one_process, monkeypatch):
    monkeypatch.setattr(distributed, 'get_device', lambda: 'cuda')
    cfg = config()
    assert adapt_distribution_to_machine(cfg) is None
    assert not dist.is_initialized()
    assert cfg.model.backbone.norm_cfg.type == 'SyncBN'
    assert 'model_wrapper_cfg' not in cfg
    assert cfg.custom_hooks == [dict(type='SyncNormStatsHook')]


def test_mpi_needs_gpus(one_process):
    cfg = config()
    cfg.launcher = 'mpi'
    with pytest.raises(ValueError, match='--launcher mpi needs GPUs'):
        adapt_distribution_to_machine(cfg)


def test_processes_share_the_cores(one_process, monkeypatch):
    monkeypatch.setattr(distributed.os, 'cpu_count', lambda: 6)
    monkeypatch.setenv('LOCAL_WORLD_SIZE', '2')
    monkeypatch.delenv('OMP_NUM_THREADS', raising=False)
    init_gloo('pytorch')
    assert torch.get_num_threads() == 3


def test_a_slurm_process_uses_the_cores_of_its_own(one_process, monkeypatch):
    variables = dict(
        SLURM_PROCID='0', SLURM_NTASKS='1', SLURM_NODELIST='node1', SLURM_NTASKS_PER_NODE='1',
        SLURM_CPUS_PER_TASK='3', LOCAL_WORLD_SIZE='1',
    )  # fmt: skip
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(distributed.os, 'cpu_count', lambda: 6)
    monkeypatch.delenv('OMP_NUM_THREADS', raising=False)
    init_gloo('slurm')
    assert torch.get_num_threads() == 3


def test_the_users_number_of_threads_is_kept(one_process, monkeypatch):
    monkeypatch.setenv('OMP_NUM_THREADS', '1')
    before = torch.get_num_threads()
    init_gloo('pytorch', timeout=timedelta(seconds=60))
    assert torch.get_num_threads() == before


def test_slurm_without_srun(one_process, monkeypatch):
    monkeypatch.delenv('SLURM_PROCID', raising=False)
    with pytest.raises(ValueError, match='needs the variable SLURM_PROCID; start it with srun'):
        init_gloo('slurm')


@pytest.mark.parametrize(('job', 'port'), [('7', '29507'), ('10007', '29507'), (None, '29500')])
def test_slurm_jobs_have_ports_of_their_own(monkeypatch, job, port):
    monkeypatch.setenv('MASTER_PORT', '0')  # so that it is put back
    monkeypatch.delenv('MASTER_PORT')
    monkeypatch.delenv('SLURM_JOB_ID', raising=False)
    if job is not None:
        monkeypatch.setenv('SLURM_JOB_ID', job)
    distributed._choose_slurm_port()
    assert distributed.os.environ['MASTER_PORT'] == port
    monkeypatch.setenv('MASTER_PORT', '1')
    distributed._choose_slurm_port()
    assert distributed.os.environ['MASTER_PORT'] == '1'
