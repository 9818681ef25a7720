"""What the loops over several data sets are given, made of what a config says."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.evaluator import Evaluator
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from mmmtl.datasets.set_names import check_set_names
from mmmtl.engine.loops.joined_loaders import JoinedLoaders
from mmmtl.engine.loops.multi_set_evaluator import MultiSetEvaluator
from mmmtl.tasks.nearest import nearest


def build_loaders(runner: Runner, given: Any, where: str) -> JoinedLoaders:
    """Makes the data loaders.

    Args:
        runner: The runner.
        given: The data loaders or their configs, by name of the data set.
        where: Key in the config, for messages.

    Returns:
        All of them.

    Raises:
        ValueError: If they are not by name, or their data sets do not fit together.
    """
    if not isinstance(given, Mapping) or 'dataset' in given:
        raise ValueError(
            f'{where}: expected a data loader for each data set, dict(NAME=dict(dataset=...), ...),'
            f' found {"a single one" if isinstance(given, Mapping) else repr(given)}.'
        )
    check_set_names(given, where)
    own_seed = runner._randomness_cfg.get('diff_rank_seed', False)
    loaders = {
        name: one
        if isinstance(one, DataLoader)
        else runner.build_dataloader(one, seed=runner.seed, diff_rank_seed=own_seed)
        for name, one in given.items()
    }
    return JoinedLoaders(loaders)


def build_evaluator(
    runner: Runner, given: Any, loaders: JoinedLoaders, prefix: bool, where: str
) -> MultiSetEvaluator:
    """Makes the evaluators.

    Args:
        runner: The runner.
        given: See :func:`evaluators_by_set`.
        loaders: The data loaders.
        prefix: Whether the name of the data set stands before its metrics.
        where: Key in the config, for messages.

    Returns:
        All of them.

    Raises:
        ValueError: If a data set has none, or one has no data set.
    """
    by_set = evaluators_by_set(given, list(loaders.loaders), where)
    built = {
        name: one if isinstance(one, Evaluator) else runner.build_evaluator(one)
        for name, one in by_set.items()
    }
    return MultiSetEvaluator(loaders, built, prefix)


def evaluators_by_set(given: Any, names: Sequence[str], where: str) -> dict[str, Any]:
    """Finds the evaluator of each data set.

    Args:
        given: What an ``evaluator`` of mmengine's loops can be, for each data set by name; or one
            for all of them.
        names: Names of the data sets.
        where: Key in the config, for messages.

    Returns:
        The evaluator, or its config, of each.

    Raises:
        ValueError: If a data set has none, or one has no data set.
    """
    if not isinstance(given, Mapping) or 'type' in given or 'metrics' in given:
        return {name: copy.deepcopy(given) for name in names}
    unknown = [name for name in given if name not in names]
    if unknown:
        raise ValueError(
            f'{where}: expected an evaluator for each of the data sets {list(names)}, '
            f'found {unknown}{nearest(unknown[0], names)}'
        )
    lacking = [name for name in names if name not in given]
    if lacking:
        raise ValueError(
            f'{where}: expected an evaluator for each of the data sets {list(names)}, '
            f'found none for {lacking}.'
        )
    return {name: given[name] for name in names}
