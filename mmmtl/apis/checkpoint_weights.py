"""What an inferencer takes from a checkpoint."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import numpy as np
from mmengine.config import Config
from mmengine.logging import print_log
from mmseg.registry import DATASETS
from torch import nn

from mmmtl.apis.inference_pipeline import find_dataset
from mmmtl.compat.scope import config_scope, registry_scope
from mmmtl.engine.stored_definitions import check_stored_tasks
from mmmtl.models.checkpoints.fitting import TRAINING_PARTS, load_fitting_weights
from mmmtl.tasks import Task, complete_tasks, known_tasks, tasks_in

_METAINFO = ('classes', 'palette', 'depth_unit')
_DEFINITIONS = 'tasks'


def load_weights(
    model: nn.Module, checkpoint: Mapping[str, Any], source: str = 'checkpoint'
) -> None:
    """Loads the weights of a checkpoint, all that prediction needs and no others.

    Those that only training uses may differ.

    Args:
        model: The network.
        checkpoint: The content of the file, ``state_dict`` or the weights themselves.
        source: What the file is called in messages. Defaults to ``'checkpoint'``.

    Raises:
        ValueError: If the checkpoint is not one of this model.
    """
    load_fitting_weights(model, checkpoint, source, unused=TRAINING_PARTS)


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


def stored_meaning(
    tasks: Mapping[str, Task], metainfo: Mapping[str, Any], source: str = 'checkpoint'
) -> dict[str, Task]:
    """Gives the tasks of a network as its checkpoint defines them.

    Colours, and which labels count, are the checkpoint's where the config says something else: a
    line in the log tells of it.

    Args:
        tasks: The tasks of the network, as the config defines them.
        metainfo: What :func:`find_metainfo` found.
        source: What the file is called in messages. Defaults to ``'checkpoint'``.

    Returns:
        The tasks by name.

    Raises:
        ValueError: If the outputs of a task mean something else in the checkpoint.
    """
    told = complete_tasks(tasks, metainfo)
    stored = tasks_in(metainfo) if metainfo.get(_DEFINITIONS) else {}
    stored = {name: stored[name] for name in told if name in metainfo.get(_DEFINITIONS, {})}
    check_stored_tasks(stored, tasks, source, 'the config')
    for name, task in stored.items():
        own, trained = told[name].definition(), task.definition()
        if own != trained:
            print_log(
                f'The task {name!r} is taken as the checkpoint defines it, {trained}; the config '
                f'says {own}.',
                logger='current',
                level=logging.WARNING,
            )
        told[name] = task
    return told


def _metainfo_of_dataset(cfg: Config) -> dict[str, Any]:
    dataset = find_dataset(cfg)
    if not dataset:
        return {}
    try:
        with registry_scope(config_scope(cfg)):
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
