"""The mean rank of each method in a table."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from mmmtl.evaluation.directions import higher_is_better


def mean_ranks(
    rows: Mapping[str, Mapping[str, float]], counted: Collection[str]
) -> dict[str, float]:
    """Ranks methods in each metric and averages the ranks of each method.

    MR in the tables of Multi-Task Learning as a Bargaining Game (Nash-MTL; Navon et al., ICML 2022,
    https://arxiv.org/abs/2202.01017) and of the papers after it. Rank 1 is the best, so **lower is
    better**; methods with equal values share the mean of their ranks. Ranks depend on which methods
    are in the table.

    Args:
        rows: Metrics by name of the method.
        counted: Names of the metrics that count.

    Returns:
        The mean rank by name of the method. Methods that lack a metric, or of which one is NaN, are
        left out, and the others ranked among themselves.

    Raises:
        ValueError: If no metric counts or one has no known direction.
    """
    from scipy.stats import rankdata  # half a second, of every process that imports mmmtl

    unknown = [name for name in counted if higher_is_better(name) is None]
    if unknown or not counted:
        raise ValueError(
            f'counted: expected metrics with a known direction, found {unknown or "none"}.'
        )
    whole = {
        method: metrics
        for method, metrics in rows.items()
        if not any(math.isnan(metrics.get(name, math.nan)) for name in counted)
    }
    totals = dict.fromkeys(whole, 0.0)
    for name in counted:
        sign = -1 if higher_is_better(name) else 1
        ranks = rankdata([sign * metrics[name] for metrics in whole.values()])
        for method, rank in zip(whole, ranks, strict=True):
            totals[method] += float(rank)
    return {method: total / len(counted) for method, total in totals.items()}
