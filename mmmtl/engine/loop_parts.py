"""What a validation or test loop of any kind works with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mmengine.evaluator import BaseMetric

from mmmtl.engine.loops.multi_set_evaluator import MultiSetEvaluator


def loop_dataset(loop: Any) -> Any:
    """Gives the data set of a loop.

    Args:
        loop: A loop of mmengine, or one of somebody's own.

    Returns:
        The data set; None if the loop has no data loader.
    """
    return getattr(getattr(loop, 'dataloader', None), 'dataset', None)


def loop_metrics(loop: Any) -> Sequence[BaseMetric]:
    """Gives the metrics of a loop.

    Args:
        loop: A loop of mmengine, or one of somebody's own.

    Returns:
        The metrics; none if the loop has no evaluator.
    """
    return getattr(getattr(loop, 'evaluator', None), 'metrics', [])


def loop_metainfo(loop: Any) -> Mapping[str, Any] | None:
    """Gives the meta information that all metrics of a loop are told.

    Args:
        loop: A loop of mmengine, or one of somebody's own.

    Returns:
        That of its data set; None if it has none, or if each metric has a data set of its own.
    """
    if isinstance(getattr(loop, 'evaluator', None), MultiSetEvaluator):
        return None
    return getattr(loop_dataset(loop), 'metainfo', None)
