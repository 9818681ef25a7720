"""What the tests of ``to_multi_task`` share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mmengine.config import Config

from mmmtl.apis import to_multi_task
from mmmtl.tasks import Tasks
from tests.utils.mmseg_families import family_config

TASKS = ['seg', 'depth', 'normal']
OWN_TASKS = dict(
    seg=dict(type='ClassTask', classes=('road', 'car')),
    parts=dict(type='ClassTask', classes=('head', 'body', 'legs')),
    edge=dict(type='BinaryTask', reader=dict(type='MaskReader', one=255)),
    height=dict(type='ScalarTask', unit='m'),
    normal=dict(type='DirectionTask'),
    albedo=dict(type='VectorTask', channels=4),
)
"""Tasks of one's own, of every kind."""

DATASET = dict(type='MultiTaskDataset', data_root='data/mine', data_prefix={})


def psp() -> Config:
    """mmseg's PSPNet."""
    return family_config('pspnet')


def turn(cfg: Config, tasks: Tasks = TASKS, **options: Any) -> Config:
    """Turns a config into one of several tasks."""
    return to_multi_task(cfg, tasks, **options)


def types(configs: Iterable[Mapping[str, Any]]) -> list[str]:
    """Gives the types of configs."""
    return [config['type'] for config in configs]


def changed(**changes: Any) -> Config:
    """Gives PSPNet's config with values changed, ``a__b=1`` for ``cfg.a.b = 1``."""
    cfg = psp()
    for key, value in changes.items():
        cfg.merge_from_dict({key.replace('__', '.'): value})
    return cfg
