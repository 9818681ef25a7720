"""Mixed precision on a machine without a GPU.

mmengine 0.10.7's ``AmpOptimWrapper`` asserts that there is a GPU. On the CPU, torch's autocast
works in bfloat16, which has float32's range and needs no loss scaling.
"""

from __future__ import annotations

from mmengine.config import Config
from mmengine.device import get_device

_ONLY_FOR_SCALING = ('loss_scale', 'dtype', 'use_fsdp')


def request_amp(cfg: Config) -> None:
    """Switches a config to mixed precision; what ``--amp`` does.

    Args:
        cfg: The config, changed in place.

    Raises:
        ValueError: If its optimizer wrapper is of a type that has no mixed precision counterpart.
    """
    kind = cfg.optim_wrapper.get('type', 'OptimWrapper')
    if kind in ('AmpOptimWrapper', 'CpuAmpOptimWrapper'):
        return
    if kind != 'OptimWrapper':
        raise ValueError(f'--amp needs optim_wrapper.type to be OptimWrapper, found {kind!r}.')
    cfg.optim_wrapper.type = 'AmpOptimWrapper'
    cfg.optim_wrapper.setdefault('loss_scale', 'dynamic')


def adapt_amp_to_machine(cfg: Config) -> str | None:
    """Exchanges ``AmpOptimWrapper`` for ``CpuAmpOptimWrapper`` where there is only a CPU.

    Args:
        cfg: The config, changed in place.

    Returns:
        A line for the log if something was changed.
    """
    wrapper = cfg.get('optim_wrapper')
    if wrapper is None or wrapper.get('type') != 'AmpOptimWrapper' or get_device() != 'cpu':
        return None
    wrapper.type = 'CpuAmpOptimWrapper'
    for option in _ONLY_FOR_SCALING:
        wrapper.pop(option, None)
    return 'No GPU: mixed precision runs on the CPU, in bfloat16 and without loss scaling'
