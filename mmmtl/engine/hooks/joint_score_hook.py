from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

from mmengine.logging import print_log
from mmseg.registry import HOOKS

from mmmtl.engine.hooks.score_hook import ScoreHook
from mmmtl.evaluation.metric_names import may_report
from mmmtl.evaluation.relative_gain import GAINS

_DELTA_M = 'delta_m'
_WEIGHTED_SUM = 'weighted_sum'
_GAINS = tuple(name for name, gain in GAINS.items() if gain.higher_is_better)


@HOOKS.register_module()
class JointScoreHook(ScoreHook):
    r"""Adds one number for all tasks together to the metrics of a validation or test.

    - ``delta_m``, with a ``baseline``: the average relative gain over single-task networks in
      percent, more is better; see :mod:`mmmtl.evaluation.relative_gain`.
    - ``weighted_sum``, with ``weights``: :math:`\sum_m w_m M_m`, more is better; errors have
      negative weights.

    ``save_best='delta_m'`` or ``'weighted_sum'`` keeps the checkpoint with the highest one. A
    metric that is not finite makes the number NaN, which is never the best. Not used by default;
    add ``dict(type='JointScoreHook', baseline={'seg/mIoU': 51.1, 'depth/abs_err': 0.0158})`` to
    ``custom_hooks``.

    Args:
        baseline: Metrics of single-task networks by name, those that count. Defaults to none.
        weights: Weights of the metrics that are summed, by name. Defaults to none.
        gain: Definition of the gain: ``'task-mean'``, the mean over the tasks of the mean over a
            task's metrics, or ``'main-metric'``, for one metric of each task. Defaults to
            ``'task-mean'``.

    Raises:
        ValueError: If there is neither baseline nor weights, a number is not finite, the baseline
            does not suit this gain (0, a metric of unknown direction, two metrics of a task for
            ``'main-metric'``), or the gain is not one of these.
    """

    prefix = ''

    def __init__(
        self,
        baseline: Mapping[str, float] | None = None,
        weights: Mapping[str, float] | None = None,
        gain: str = 'task-mean',
    ) -> None:
        if gain not in _GAINS:
            raise ValueError(f'gain: expected one of {_GAINS}, found {gain!r}.')
        if not baseline and not weights:
            raise ValueError(
                'JointScoreHook: expected a baseline, the metrics of single-task networks by name, '
                'or weights of metrics, found neither.'
            )
        self.baseline = _numbers(baseline or {}, 'baseline')
        self.weights = _numbers(weights or {}, 'weights')
        self._gain = GAINS[gain]
        if self.baseline:
            self._delta_m(self.baseline)  # an error now, not after an epoch
        self.reported_names = tuple(self._scores({**self.baseline, **self.weights}))

    def check_measured(self, metrics: Iterable[Any], where: str) -> None:
        """Checks that the metrics of the number are measured.

        Args:
            metrics: The metrics of a validation or test.
            where: Their place in the config, such as ``'val_evaluator'``. A test may have none.

        Raises:
            ValueError: If one of them is not measured.
        """
        metrics = list(metrics)
        needed = [*dict.fromkeys([*self.baseline, *self.weights])]
        missing = [name for name in needed if not may_report(metrics, name)]
        of_test = where == 'test_evaluator'
        if missing and not (of_test and len(missing) == len(needed)):
            raise ValueError(f'{where}: JointScoreHook expected {needed}, found none of {missing}.')

    def add_scores(self, metrics: MutableMapping[str, float]) -> None:
        """Adds the numbers to the metrics.

        Args:
            metrics: The metrics of a validation or test.
        """
        if not all(name in metrics for name in (*self.baseline, *self.weights)):
            return
        scores = self._scores(metrics)
        metrics.update(scores)
        listed = '  '.join(f'{name}: {value:.4f}' for name, value in scores.items())
        print_log(f'all tasks together: {listed}', logger='current')

    def _scores(self, metrics: Mapping[str, float]) -> dict[str, float]:
        scores = {}
        if self.baseline:
            finite = all(math.isfinite(metrics[name]) for name in self.baseline)
            scores[_DELTA_M] = self._delta_m(metrics) if finite else math.nan
        if self.weights:
            scores[_WEIGHTED_SUM] = math.fsum(
                weight * metrics[name] for name, weight in self.weights.items()
            )
        return scores

    def _delta_m(self, metrics: Mapping[str, float]) -> float:
        return self._gain.compute(metrics, self.baseline, tuple(self.baseline), None)


def _numbers(given: Mapping[str, float], parameter: str) -> dict[str, float]:
    if not isinstance(given, Mapping):
        raise ValueError(f'{parameter}: expected numbers by name of the metric, found {given!r}.')
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f'{parameter}: expected a number for {name}, found {value!r}.')
        if not math.isfinite(value):
            raise ValueError(f'{parameter}: expected a finite number for {name}, found {value}.')
    return dict(given)
