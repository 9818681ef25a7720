"""What an inferencer takes from a checkpoint."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.config import Config
from mmengine.logging import print_log
from mmseg.registry import DATASETS
from torch import nn

from mmmtl.apis.inference_pipeline import find_dataset
from mmmtl.compat.scope import registry_scope
from mmmtl.tasks import Task, complete_tasks, known_tasks, tasks_in

_TRAINING_ONLY = ('auxiliary_head.', 'finite_losses.', 'loss_weighting.')
_METAINFO = ('classes', 'palette', 'depth_unit')
_DEFINITIONS = 'tasks'
_NAMED_AT_MOST = 3
_ANOTHER_MODEL = 'checkpoint: not one of the model of this config'
_OTHER_SHAPE = re.compile(
    r'size mismatch for (\S+): copying a param with shape torch.Size\((.*?)\) from checkpoint, '
    r'the shape in current model is torch.Size\((.*?)\)'
)


def load_weights(model: nn.Module, checkpoint: Mapping[str, Any]) -> None:
    """Loads the weights of a checkpoint, all that prediction needs and no others.

    mmengine's own loading only warns of weights that are missing or left over, and the network
    would predict with random ones. Those that only training uses may differ.

    Args:
        model: The network.
        checkpoint: The content of the file, ``state_dict`` or the weights themselves.

    Raises:
        ValueError: If the checkpoint is not one of this model.
    """
    weights = checkpoint.get('state_dict', checkpoint)
    weights = {name.removeprefix('module.'): value for name, value in weights.items()}
    try:
        missing, unexpected = model.load_state_dict(weights, strict=False)
    except RuntimeError as error:  # torch's way to say that shapes differ
        raise ValueError(f'{_ANOTHER_MODEL}: {_differing(str(error))}.') from error
    for found, what in (
        (missing, 'lacks weights of the model'),
        (unexpected, 'has weights that the model has not'),
    ):
        names = [name for name in found if not name.startswith(_TRAINING_ONLY)]
        if names:
            raise ValueError(f'{_ANOTHER_MODEL}: it {what}, {_some(names)}.')


def find_metainfo(checkpoint: Mapping[str, Any], cfg: Config) -> dict[str, Any]:
    """Finds out what the network's outputs mean.

    Args:
        checkpoint: The content of the file; mmengine's runners write the meta information of the
            training set into it.
        cfg: The config, whose test set is asked for what the checkpoint does not tell. Its files
            need not be there.

    Returns:
        ``tasks``, the definitions of the training set's tasks (see
        :func:`mmmtl.tasks.task_definitions`), ``classes`` (list of names), ``palette`` (list of
        RGB) and ``depth_unit``, as far as they are known.
    """
    stored = (checkpoint.get('meta') or {}).get('dataset_meta') or {}
    known = _known(stored)
    if _DEFINITIONS in known:
        return known
    if stored:
        print_log(
            'The checkpoint has no definitions of its tasks: it is older, or of another program. '
            "They are taken from its meta information and from the config's test set.",
            logger='current',
        )
    found = _metainfo_of_dataset(cfg)
    tasks = _not_only_completed(found)
    found.pop(_DEFINITIONS, None)
    return {**found, **({_DEFINITIONS: tasks} if tasks else {}), **known}


def stored_meaning(tasks: Mapping[str, Task], metainfo: Mapping[str, Any]) -> dict[str, Task]:
    """Gives the tasks of a network as its checkpoint defines them.

    Where the config says something else of a task that is of the same kind, the checkpoint is
    right, since the weights were trained for what it says; a line in the log tells of it.

    Args:
        tasks: The tasks of the network, as the config defines them.
        metainfo: What :func:`find_metainfo` found.

    Returns:
        The tasks by name.

    Raises:
        ValueError: If a task is of another kind in the checkpoint.
    """
    told = complete_tasks(tasks, metainfo)
    stored = tasks_in(metainfo) if metainfo.get(_DEFINITIONS) else {}
    for name in (name for name in told if name in metainfo.get(_DEFINITIONS, {})):
        own, trained = told[name].definition(), stored[name].definition()
        if own['type'] != trained['type'] or told[name].channels != stored[name].channels:
            raise ValueError(
                f'checkpoint: the task {name!r} is {trained} there, expected that of the config, '
                f'{own}.'
            )
        if own != trained:
            print_log(
                f'The task {name!r} is taken as the checkpoint defines it, {trained}; the config '
                f'says {own}.',
                logger='current',
                level=logging.WARNING,
            )
        told[name] = stored[name]
    return told


def _metainfo_of_dataset(cfg: Config) -> dict[str, Any]:
    dataset = find_dataset(cfg)
    if not dataset:
        return {}
    try:
        with registry_scope(cfg.get('default_scope') or 'mmseg'):
            built = DATASETS.build({**dataset, 'lazy_init': True, 'pipeline': []})
    except Exception as error:  # any data set of anybody; pictures do without
        print_log(
            f'No classes, palette and unit of depth from {dataset["type"]}: {error}',
            logger='current',
            level=logging.WARNING,
        )
        return {}
    return _known(built.metainfo)


def _not_only_completed(metainfo: Mapping[str, Any]) -> dict[str, Any]:
    """Leaves out known tasks that only have what the meta information says elsewhere.

    What a checkpoint says of their classes, palette and unit counts more.
    """
    completed = {task.name: task.completed(metainfo).definition() for task in known_tasks()}
    tasks = metainfo.get(_DEFINITIONS, {})
    return {name: task for name, task in tasks.items() if task != completed.get(name)}


def _known(metainfo: Mapping[str, Any]) -> dict[str, Any]:
    """Keeps what is given, as lists: a checkpoint may have tuples or arrays."""
    known = {key: metainfo[key] for key in _METAINFO if metainfo.get(key) is not None}
    lists = {key: np.asarray(value).tolist() for key, value in known.items() if key != 'depth_unit'}
    tasks = metainfo.get(_DEFINITIONS)
    if isinstance(tasks, Mapping) and tasks:
        lists[_DEFINITIONS] = {name: dict(definition) for name, definition in tasks.items()}
    return {key: value for key, value in {**known, **lists}.items() if value}


def _differing(text: str) -> str:
    """Gives the first of the shapes that differ; torch lists all, hundreds of lines."""
    found = _OTHER_SHAPE.findall(text)
    if not found:
        return text
    name, given, expected = found[0]
    return (
        f'it has {len(found)} weight(s) of another shape, the first is {name}: '
        f'expected {expected}, found {given}'
    )


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED_AT_MOST
    return ', '.join(names[:_NAMED_AT_MOST]) + (f' and {more} more' if more > 0 else '')
