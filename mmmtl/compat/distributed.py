"""Several processes on a machine without a GPU.

mmengine 0.10.7 gives every process a CUDA device (``torch.cuda.set_device``) and wraps the model
for that device, so that a distributed run fails where there is none. Here the process group is
made with gloo before the Runner looks for one, and the config is changed to what works on the CPU.
"""

from __future__ import annotations

import os
import subprocess
from datetime import timedelta
from typing import Any

import torch
import torch.distributed as dist
from mmengine.config import Config
from mmengine.device import get_device
from torch.distributed.constants import default_pg_timeout
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous

from mmmtl.compat.process_timeout import process_timeout

_SYNC_NORMS = ('SyncBN', 'MMSyncBN')
_DEFAULT_PORT = 29500


def adapt_distribution_to_machine(cfg: Config) -> str | None:
    """Prepares a distributed run; does nothing for ``launcher='none'``.

    Where there is only a CPU, starts the process group with gloo, has the model wrapped for the
    CPU and falls back from synchronised to plain batch norm. On every machine, the processes are
    made to agree on the statistics of their batch norms (:class:`mmmtl.engine.SyncNormStatsHook`),
    and wait for each other for ten minutes at most (:func:`process_timeout`).

    Args:
        cfg: The config, changed in place.

    Returns:
        A line for the log if the run was moved to the CPU.

    Raises:
        ValueError: If the launcher cannot be used without a GPU, or the timeout is no number.
    """
    launcher = cfg.get('launcher', 'none')
    if launcher == 'none':
        return None
    if launcher == 'slurm':
        _choose_slurm_port()
    _agree_on_norm_statistics(cfg)
    timeout = process_timeout(cfg)
    if get_device() != 'cpu':
        return None
    init_gloo(launcher, timeout)
    _adapt_model(cfg)
    return (
        f'No CUDA device: running {dist.get_world_size()} processes on the CPU with gloo; '
        'SyncBN falls back to BN'
    )


def init_gloo(launcher: str, timeout: timedelta | None = None) -> None:
    """Starts a gloo process group from the launcher's environment, unless there is one.

    Args:
        launcher: ``'pytorch'`` (torchrun) or ``'slurm'``.
        timeout: Time after which a collective call fails. Defaults to torch's 30 minutes.

    Raises:
        ValueError: If the launcher is neither.
    """
    if dist.is_initialized():
        return
    if launcher == 'slurm':
        _export_slurm_environment()
    elif launcher != 'pytorch':
        raise ValueError(
            f'--launcher {launcher} needs GPUs; on the CPU use pytorch (tools/dist_train.sh) or '
            'slurm (tools/slurm_train.sh).'
        )
    if 'OMP_NUM_THREADS' not in os.environ:  # torchrun sets it; whoever set it is obeyed
        torch.set_num_threads(_cores_of_a_process(launcher))
    # torchrun keeps one store for all its restarts, with the addresses of those that failed in it.
    store, rank, size = next(rendezvous('env://', timeout=timeout or default_pg_timeout))
    restart = os.environ.get('TORCHELASTIC_RESTART_COUNT', '0')
    store = PrefixStore(f'restart_{restart}', store)
    dist.init_process_group('gloo', store=store, rank=rank, world_size=size, timeout=timeout)


def _agree_on_norm_statistics(cfg: Config) -> None:
    hooks = list(cfg.get('custom_hooks') or [])
    configured = [*hooks, *(cfg.get('default_hooks') or {}).values()]
    if not any(
        isinstance(hook, dict) and hook.get('type') in ('SyncNormStatsHook', 'SyncBuffersHook')
        for hook in configured
    ):
        cfg.custom_hooks = [*hooks, dict(type='SyncNormStatsHook')]


def _adapt_model(cfg: Config) -> None:
    wrapper = dict(
        type='MMDistributedDataParallel',
        broadcast_buffers=False,
        find_unused_parameters=cfg.get('find_unused_parameters', False),
    )
    wrapper.update(cfg.get('model_wrapper_cfg') or {})
    wrapper['device_ids'] = None  # mmengine would add the number of a GPU
    cfg.model_wrapper_cfg = wrapper
    cfg.pop('sync_bn', None)
    _replace_sync_norms(cfg.model)


def _replace_sync_norms(node: Any) -> None:
    if isinstance(node, dict):
        if node.get('type') in _SYNC_NORMS:
            node['type'] = 'BN'
        for value in node.values():
            _replace_sync_norms(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            _replace_sync_norms(value)


def _cores_of_a_process(launcher: str) -> int:
    if launcher == 'slurm' and 'SLURM_CPUS_PER_TASK' in os.environ:  # other jobs have the others
        return int(os.environ['SLURM_CPUS_PER_TASK'])
    here = os.environ.get('LOCAL_WORLD_SIZE') or os.environ.get('WORLD_SIZE') or 1
    return max(1, (os.cpu_count() or 1) // int(here))


def _choose_slurm_port() -> None:
    """Gives each Slurm job a port of its own: jobs that share a node must not meet on 29500."""
    job = int(os.environ.get('SLURM_JOB_ID', 0))
    os.environ.setdefault('MASTER_PORT', str(_DEFAULT_PORT + job % 10_000))


def _export_slurm_environment() -> None:
    """Translates Slurm's variables into the ones that ``init_process_group`` reads."""
    try:
        rank, size = os.environ['SLURM_PROCID'], os.environ['SLURM_NTASKS']
        nodes = os.environ['SLURM_NODELIST']
    except KeyError as error:
        raise ValueError(
            f'--launcher slurm needs the variable {error.args[0]}; start it with srun '
            '(tools/slurm_train.sh).'
        ) from None
    os.environ.update(RANK=rank, WORLD_SIZE=size)
    os.environ['LOCAL_RANK'] = os.environ.get('SLURM_LOCALID', '0')
    per_node = os.environ.get('SLURM_NTASKS_PER_NODE')
    if per_node is not None:
        os.environ.setdefault('LOCAL_WORLD_SIZE', per_node)
    if 'MASTER_ADDR' not in os.environ:
        os.environ['MASTER_ADDR'] = _first_host(nodes)


def _first_host(nodes: str) -> str:
    listing = subprocess.run(
        ['scontrol', 'show', 'hostname', nodes], capture_output=True, text=True, check=True
    )
    return listing.stdout.split()[0]
