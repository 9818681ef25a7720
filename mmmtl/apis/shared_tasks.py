"""One variable of a config that data sets and model read."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from mmengine.config import Config
from mmseg.registry import DATASETS

from mmmtl.datasets.config_sets import inner_sets, loader_places
from mmmtl.tasks.nearest import nearest

_PHASES = ('train', 'val', 'test')


def share_tasks(cfg: Config) -> None:
    """Gives the definitions of a config's top-level ``tasks`` to its model and its data sets.

    The model gets them if it has none. A data set that states none reads all, and one that lists
    names reads these. Data sets that take no ``tasks``, such as mmseg's own, are left alone, and
    where the variable is only a list of names, nothing happens.

    Args:
        cfg: The config, changed in place.

    Raises:
        ValueError: If a data set lists a name that the variable does not define.
    """
    tasks = cfg.get('tasks')
    if not isinstance(tasks, Mapping):
        return
    if isinstance(cfg.get('model'), Mapping):
        cfg.model.setdefault('tasks', tasks)
    loaders = [place for phase in _PHASES for place in loader_places(cfg, phase).items()]
    for key, loader in loaders:
        for where, dataset in _datasets(loader.get('dataset'), f'{key}.dataset'):
            names = dataset.get('tasks', list(tasks))
            if isinstance(names, (Mapping, str)):
                continue  # definitions of its own, or a mistake that the data set itself names
            unknown = [name for name in names if name not in tasks]
            if unknown:
                raise ValueError(
                    f'{where}.tasks: expected names of the tasks {list(tasks)}, '
                    f'found {unknown}{nearest(unknown[0], tasks)}'
                )
            dataset['tasks'] = {name: tasks[name] for name in names}


def _datasets(dataset: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Finds the data sets that take tasks, also inside of wrappers."""
    if not isinstance(dataset, Mapping):
        return
    inner = inner_sets(dataset)
    for place, one in inner.items():
        yield from _datasets(one, f'{where}.{place}')
    if not inner:
        kind = dataset.get('type')
        found = DATASETS.get(kind) if isinstance(kind, str) else kind
        if found is not None and 'tasks' in inspect.signature(found).parameters:
            yield where, dataset
