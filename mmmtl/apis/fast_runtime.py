"""What a config's ``fast`` switches on: the settings with which a GPU trains fastest.

.. code:: python

    fast = dict(amp='bfloat16', channels_last=True, compile=dict(), fused=True, pin_memory=True)

A config inherits it from ``configs/_base_/runtime_fast.py``, beside any other base files and with
any optimizer, or gets it by ``--cfg-options fast.compile=True``. ``mmmtl train`` and
:func:`mmmtl.apis.launch.build_runner` read it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import torch
from mmengine.config import Config
from mmengine.registry import OPTIMIZERS

_SWITCHES = ('amp', 'channels_last', 'compile', 'fused', 'pin_memory')
_AMP_TYPES = ('bfloat16', 'float16')


def apply_fast(cfg: Config) -> None:
    """Turns a config's ``fast`` into what mmengine knows.

    Args:
        cfg: The config, changed in place. One without ``fast`` stays as it is.

    Raises:
        ValueError: If a switch is unknown, ``amp`` no type of numbers in half precision, or
            ``compile`` neither a dict of options nor True or False.
    """
    fast = cfg.get('fast')
    if not fast:
        return
    unknown = set(fast) - set(_SWITCHES) if isinstance(fast, Mapping) else {repr(fast)}
    if unknown:
        raise ValueError(f'fast: expected {_SWITCHES}, found {sorted(unknown)}.')
    if fast.get('amp'):
        _use_amp(cfg, fast['amp'])
    if fast.get('fused'):
        _fuse(cfg.get('optim_wrapper'))
    if fast.get('pin_memory'):
        for name in ('train_dataloader', 'val_dataloader', 'test_dataloader'):
            if isinstance(cfg.get(name), Mapping):
                cfg[name].setdefault('pin_memory', torch.cuda.is_available())
    hooks = []
    if fast.get('channels_last'):
        hooks.append(dict(type='ChannelsLastHook'))
    if fast.get('compile') not in (None, False):
        hooks.append(dict(_compile_options(fast['compile']), type='CompileHook'))
    there = [hook.get('type') for hook in cfg.get('custom_hooks') or []]
    cfg.custom_hooks = [
        *(cfg.get('custom_hooks') or []),
        *(hook for hook in hooks if hook['type'] not in there),
    ]


def _compile_options(given: Any) -> dict[str, Any]:
    if given is True:
        return {}
    if not isinstance(given, Mapping):
        raise ValueError(
            'fast.compile: expected True, False or a dict of options such as '
            f"dict(mode='reduce-overhead'), found {given!r}."
        )
    return dict(given)


def _use_amp(cfg: Config, dtype: Any) -> None:
    if dtype not in _AMP_TYPES:
        raise ValueError(f'fast.amp: expected one of {_AMP_TYPES} or False, found {dtype!r}.')
    wrapper = cfg.get('optim_wrapper')
    if wrapper is None or wrapper.get('type', 'OptimWrapper') != 'OptimWrapper':
        return
    wrapper.type = 'AmpOptimWrapper'
    wrapper.dtype = dtype
    # bfloat16 has float32's range: a scaler would only wait for the device in each step
    wrapper.loss_scale = dict(enabled=False) if dtype == 'bfloat16' else 'dynamic'


def _fuse(wrapper: Any) -> None:
    optimizer: dict[str, Any] = (wrapper or {}).get('optimizer') or {}
    kind = optimizer.get('type')
    found = OPTIMIZERS.get(kind) if isinstance(kind, str) else kind
    if found is not None and 'fused' in inspect.signature(found).parameters:
        optimizer.setdefault('fused', True)
