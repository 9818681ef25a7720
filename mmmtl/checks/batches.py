"""Whether batches can be made of several data sets as a config asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmseg.registry import DATA_SAMPLERS

from mmmtl.checks.problems import Problems
from mmmtl.engine.samplers import MultiSetBatchSampler

_MADE_BY_THE_SAMPLER = ('drop_last', 'shuffle')


def check_batches(
    loader: Any, dataset: Any, where: str, unknown: set[str], problems: Problems
) -> None:
    """Builds a batch sampler of several data sets.

    Args:
        loader: Config of the data loader.
        dataset: Its data set; None if it could not be built.
        where: Place of the loader.
        unknown: Places of parts whose type is unknown.
        problems: Gets the problems.
    """
    config = loader.get('batch_sampler') if isinstance(loader, Mapping) else None
    if not isinstance(config, Mapping) or 'type' not in config:
        return
    for key in _MADE_BY_THE_SAMPLER:
        if loader.get(key):
            problems.add(f'{where}.{key}', 'expected none beside batch_sampler, found True.')
    kind = config['type']
    built = DATA_SAMPLERS.get(kind) if isinstance(kind, str) else kind
    places = {f'{where}.sampler', f'{where}.batch_sampler'}
    if not _is_ours(built) or places & unknown or not getattr(dataset, '_fully_initialized', False):
        return
    with problems.catch(f'{where}.batch_sampler', '.'):
        sampler = DATA_SAMPLERS.build(
            dict(loader['sampler']), default_args=dict(dataset=dataset, seed=0)
        )
        given = dict(sampler=sampler, batch_size=loader.get('batch_size', 1))
        DATA_SAMPLERS.build(dict(config), default_args=given)


def _is_ours(built: Any) -> bool:
    return isinstance(built, type) and issubclass(built, MultiSetBatchSampler)
