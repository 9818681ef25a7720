"""Numbers that are computed from the metrics of several tasks together.

A network for all tasks logs them. Networks for one task each have them only once their metrics are
joined.
"""

from __future__ import annotations

from collections.abc import Mapping

from mmmtl.evaluation.decathlon_score import decathlon_metrics

_SCORES = (decathlon_metrics,)
"""Each gives its numbers by name; none where a metric is missing that it is computed from."""


def joint_metrics(metrics: Mapping[str, float]) -> dict[str, float]:
    """Computes what can be computed.

    Args:
        metrics: Metrics of all tasks by name.

    Returns:
        Numbers by name, such as ``decathlon/score``.
    """
    return {name: value for score in _SCORES for name, value in score(metrics).items()}
