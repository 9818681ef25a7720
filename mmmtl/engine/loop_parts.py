"""What a validation or test loop of any kind works with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmengine.evaluator import BaseMetric


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
