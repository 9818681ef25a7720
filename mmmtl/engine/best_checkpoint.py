"""Which checkpoint ``CheckpointHook(save_best=...)`` keeps as the best one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric
from mmengine.hooks import CheckpointHook

from mmmtl.evaluation.directions import higher_is_better
from mmmtl.evaluation.metric_names import may_report, metric_names, metric_prefix

_AUTO = 'auto'


def fill_rule(checkpoint: Mapping[str, Any] | None) -> list[str] | None:
    """Finds the ``rule`` that the config of a ``CheckpointHook`` leaves out.

    mmengine guesses it from parts of the metric's name and refuses other names.

    Args:
        checkpoint: The config of the hook.

    Returns:
        The rule of each metric of ``save_best``; None if there is one already, or nothing is known
        of one of the metrics.
    """
    best = (checkpoint or {}).get('save_best')
    if not best or (checkpoint or {}).get('rule') is not None:
        return None
    directions = [higher_is_better(key) for key in ([best] if isinstance(best, str) else best)]
    if None in directions:
        return None
    return [_rule(direction) for direction in directions if direction is not None]


def check_save_best(hook: CheckpointHook, metrics: Sequence[BaseMetric]) -> None:
    """Checks that the metrics which choose the best checkpoint are measured.

    For ``save_best='auto'``, the first metric that is measured, the direction is filled in where
    mmengine would not find it.

    Args:
        hook: The hook.
        metrics: The metrics of the validation.

    Raises:
        ValueError: If none of the metrics reports what ``save_best`` names.
    """
    for key in hook.save_best or ():
        if key == _AUTO:
            _fill_auto(hook, metrics)
        elif not may_report(metrics, key):
            raise ValueError(
                f'default_hooks.checkpoint.save_best: expected a metric of val_evaluator '
                f'({_listed(metrics)}), found {key!r}{_meant(key, metrics)}.'
            )


def _fill_auto(hook: CheckpointHook, metrics: Sequence[BaseMetric]) -> None:
    names = metric_names(metrics[0]) if metrics else None
    direction = higher_is_better(names[0]) if names else None
    if hook.rules == [None] and direction is not None:
        hook.rules = [_rule(direction)]


def _meant(key: str, metrics: Sequence[BaseMetric]) -> str:
    """Finds what has the name and another prefix."""
    known = [name for metric in metrics for name in metric_names(metric) or ()]
    bare = key.rpartition('/')[2]
    near = [name for name in known if name.rpartition('/')[2] == bare]
    return f'; {" or ".join(map(repr, near))} is measured' if near else ''


def _listed(metrics: Sequence[BaseMetric]) -> str:
    names = [metric_names(metric) or (f'{metric_prefix(metric)}/...',) for metric in metrics]
    return ', '.join(name for of_metric in names for name in of_metric) or 'none'


def _rule(direction: bool) -> str:
    return 'greater' if direction else 'less'
