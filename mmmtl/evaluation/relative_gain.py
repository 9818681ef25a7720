r"""The average relative gain of a multi-task network over single-task ones, as papers define it.

All definitions average relative changes of metrics; with :math:`M_m` the metric of the network,
:math:`B_m` that of the baseline and :math:`l_m = 1` where lower is better (0 otherwise), the gain
in one metric is

.. math:: g_m = (-1)^{l_m} \frac{M_m - B_m}{B_m}

They differ in the metrics that count, in how these are averaged, and in the sign, and can disagree
on whether the same numbers are a gain: so a table must say which one it shows.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from mmmtl.evaluation.directions import higher_is_better
from mmmtl.evaluation.table_metrics import main_metrics, table_metrics, tasks_of
from mmmtl.tasks import Task

Metrics = Mapping[str, float]


def task_mean_gain(
    metrics: Metrics,
    baseline: Metrics,
    counted: Collection[str] | None = None,
    defined: Mapping[str, Task] | None = None,
) -> float:
    r"""Mean over the tasks of the mean gain in a task's metrics.

    .. math::

        \Delta_p = 100\,\% \cdot \frac{1}{T} \sum_{t=1}^{T} \frac{1}{M_t} \sum_{m=1}^{M_t} g_{t,m}

    Every task counts the same, however many metrics it has. Positive is better. It is
    ``count_improvement`` of LibMTL: A Python Library for Deep Multi-Task Learning (JMLR 2023,
    https://github.com/median-research-group/LibMTL).

    Args:
        metrics: Metrics of the network, with ``'<task>/'`` as prefix.
        baseline: Those of the baseline.
        counted: Names of the metrics that count. Defaults to those of the papers' tables, see
            :func:`~mmmtl.evaluation.table_metrics.table_metrics`, of the baseline's tasks.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        The gain in percent.

    Raises:
        ValueError: If a metric that counts is missing or not finite, is 0 in the baseline, or has
            no known direction.

    >>> single = {'seg/mIoU': 50.0, 'depth/abs_err': 1.0}
    >>> several = {'seg/mIoU': 55.0, 'depth/abs_err': 0.8}
    >>> round(task_mean_gain(several, single, counted=single), 6)  # (10 % + 20 %) / 2
    15.0
    """
    names = table_metrics(tasks_of(baseline, defined), defined) if counted is None else counted
    gains = _gains(metrics, baseline, names)
    by_task: dict[str, list[float]] = {}
    for name, gain in gains.items():
        by_task.setdefault(name.rpartition('/')[0], []).append(gain)
    return _mean([_mean(own) for own in by_task.values()])


def main_metric_gain(
    metrics: Metrics,
    baseline: Metrics,
    counted: Collection[str] | None = None,
    defined: Mapping[str, Task] | None = None,
) -> float:
    r"""Mean over the tasks of the gain in the one metric of each.

    .. math:: \Delta_m = 100\,\% \cdot \frac{1}{T} \sum_{t=1}^{T} g_t

    Positive is better. Section 5, equation 4 of Attentive Single-Tasking of Multiple Tasks
    (Maninis, Radosavovic and Kokkinos, CVPR 2019, https://arxiv.org/abs/1904.08918), and after it
    Multi-Task Learning for Dense Prediction Tasks: A Survey (Vandenhende et al., TPAMI 2021,
    https://arxiv.org/abs/2004.13379), whose code counts mIoU, the depth's RMSE and the normals'
    mean angle, and Auto-Lambda (Liu et al., TMLR 2022, https://github.com/lorenmt/auto-lambda),
    whose code counts mIoU, the depth's absolute error and the normals' mean angle, as is done here
    by default.

    Args:
        metrics: Metrics of the network, with ``'<task>/'`` as prefix.
        baseline: Those of the baseline.
        counted: Names of the metrics that count, one a task. Defaults to the first of each task in
            :func:`~mmmtl.evaluation.table_metrics.table_metrics`.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        The gain in percent.

    Raises:
        ValueError: If several metrics of one task are to count, or one that counts is missing or
            not finite, is 0 in the baseline, or has no known direction.
    """
    names = main_metrics(tasks_of(baseline, defined), defined) if counted is None else counted
    tasks = [name.rpartition('/')[0] for name in names]
    if len(set(tasks)) < len(tasks):
        raise ValueError(f'counted: expected one metric for each task, found {list(names)}.')
    return _mean(list(_gains(metrics, baseline, names).values()))


def metric_mean_drop(
    metrics: Metrics,
    baseline: Metrics,
    counted: Collection[str] | None = None,
    defined: Mapping[str, Task] | None = None,
) -> float:
    r"""Mean drop over all metrics, whichever task they belong to.

    .. math:: \Delta m\,\% = -100\,\% \cdot \frac{1}{M} \sum_{m=1}^{M} g_m

    **Lower is better**, and a task with many metrics counts more than one with few: the normals
    have five of the nine on NYUv2. Conflict-Averse Gradient Descent (Liu et al., NeurIPS 2021,
    https://arxiv.org/abs/2110.14048), Multi-Task Learning as a Bargaining Game (Nash-MTL; Navon et
    al., ICML 2022, https://arxiv.org/abs/2202.01017), FAMO (Liu et al., NeurIPS 2023,
    https://arxiv.org/abs/2306.03792).

    Args:
        metrics: Metrics of the network, with ``'<task>/'`` as prefix.
        baseline: Those of the baseline.
        counted: Names of the metrics that count. Defaults to those of the papers' tables, see
            :func:`~mmmtl.evaluation.table_metrics.table_metrics`, of the baseline's tasks.
        defined: Tasks by name, for names that are not known. Defaults to none.

    Returns:
        The drop in percent.

    Raises:
        ValueError: If a metric that counts is missing or not finite, is 0 in the baseline, or has
            no known direction.
    """
    names = table_metrics(tasks_of(baseline, defined), defined) if counted is None else counted
    return -_mean(list(_gains(metrics, baseline, names).values()))


@dataclass(frozen=True)
class GainDefinition:
    """A published definition of the average relative gain.

    Args:
        label: What a table's head says.
        description: What it averages, in one sentence.
        source: Where it is from.
        higher_is_better: Whether more is better.
        compute: The definition: metrics of the network and of the baseline, names of those that
            count or None for the usual ones, and tasks by name, to percent.
        one_a_task: Whether it counts one metric of each task. Defaults to False.
    """

    label: str
    description: str
    source: str
    higher_is_better: bool
    compute: Callable[[Metrics, Metrics, Collection[str] | None, Mapping[str, Task] | None], float]
    one_a_task: bool = False


GAINS: dict[str, GainDefinition] = {
    'task-mean': GainDefinition(
        label='Δ tasks',
        description="the mean over the tasks of the mean relative gain in the task's metrics",
        source='LibMTL, JMLR 2023',
        higher_is_better=True,
        compute=task_mean_gain,
    ),
    'main-metric': GainDefinition(
        label='Δ main',
        description='the mean over the tasks of the relative gain in the one main metric of each',
        source='Maninis et al., CVPR 2019; Vandenhende et al., TPAMI 2021',
        higher_is_better=True,
        compute=main_metric_gain,
        one_a_task=True,
    ),
    'metric-mean': GainDefinition(
        label='Δm%',
        description='the mean relative drop over all metrics, so that less is better',
        source='CAGrad, NeurIPS 2021; Nash-MTL, ICML 2022; FAMO, NeurIPS 2023',
        higher_is_better=False,
        compute=metric_mean_drop,
    ),
}
"""The published definitions by name."""


def relative_gains(
    metrics: Metrics,
    baseline: Metrics,
    defined: Mapping[str, Task] | None = None,
    counted: Sequence[str] = (),
) -> dict[str, float]:
    """Computes the average relative gain in all its published definitions.

    Args:
        metrics: Metrics of the network, with ``'<task>/'`` as prefix.
        baseline: Those of the baseline.
        defined: Tasks by name, for names that are not known. Defaults to none.
        counted: Names of the metrics that count; where one of each task counts, that is its first.
            Defaults to none: each definition's usual ones.

    Returns:
        Percent by name of the definition, see :data:`GAINS`.

    Raises:
        ValueError: If a metric that counts is missing or not finite, or is 0 in the baseline.

    >>> single, several = {'depth/rmse': 0.5}, {'depth/rmse': 0.4}
    >>> round(relative_gains(several, single, counted=['depth/rmse'])['main-metric'], 6)
    20.0
    """
    first = {name.rpartition('/')[0]: name for name in reversed(counted)}
    firsts = [name for name in counted if name in first.values()]
    return {
        name: gain.compute(
            metrics, baseline, (firsts if gain.one_a_task else counted) or None, defined
        )
        for name, gain in GAINS.items()
    }


def _gains(metrics: Metrics, baseline: Metrics, names: Collection[str]) -> dict[str, float]:
    if not names:
        raise ValueError('counted: expected at least one metric, found none.')
    return {name: _gain(name, metrics, baseline) for name in names}


def _gain(name: str, metrics: Metrics, baseline: Metrics) -> float:
    for parameter, values in (('metrics', metrics), ('baseline', baseline)):
        if not math.isfinite(values.get(name, math.nan)):
            raise ValueError(
                f'{parameter}: expected a finite {name}, found {values.get(name, "none")}.'
            )
    direction = higher_is_better(name)
    if direction is None or baseline[name] == 0:
        raise ValueError(
            f'{name}: expected a metric with a known direction and a baseline other than 0, '
            f'found the baseline {baseline[name]}.'
        )
    change = (metrics[name] - baseline[name]) / baseline[name]
    return 100 * (change if direction else -change)


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
