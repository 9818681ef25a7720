from __future__ import annotations

from collections.abc import Iterable, MutableMapping
from typing import Any

from mmengine.logging import print_log
from mmseg.registry import HOOKS
from prettytable import PrettyTable

from mmmtl.datasets.decathlon_domains import DOMAINS
from mmmtl.engine.hooks.score_hook import ScoreHook
from mmmtl.evaluation.decathlon_score import (
    METRIC_PREFIX,
    decathlon_metrics,
    decathlon_points,
    domain_accuracies,
)
from mmmtl.evaluation.metric_names import metric_names


@HOOKS.register_module()
class DecathlonScoreHook(ScoreHook):
    """Adds the score of the Visual Decathlon to the metrics of a validation or test.

    ``decathlon/score`` is computed from ``<task>/accuracy`` of all ten domains, see
    :func:`~mmmtl.evaluation.decathlon_score`, with or without the name of a data set before it;
    ``decathlon/accuracy`` is the mean of these. A table in the log has the points of each.
    ``save_best='decathlon/score'`` keeps the checkpoint with the highest one. A test without
    labels, which has no accuracy, has no score.
    """

    prefix = METRIC_PREFIX
    reported_names = ('score', 'accuracy')

    def check_measured(self, metrics: Iterable[Any], where: str) -> None:
        """Checks that all domains are measured, or none.

        Args:
            metrics: The metrics of a validation or test.
            where: Their place in the config, such as ``'val_evaluator'``.

        Raises:
            ValueError: If some of the domains are measured, and others not.
        """
        names = [name for metric in metrics for name in metric_names(metric) or ()]
        measured = domain_accuracies(dict.fromkeys(names, 0.0))
        missing = [name for name in DOMAINS if name not in measured]
        if measured and missing:
            raise ValueError(
                f'{where}: expected the accuracy of all {len(DOMAINS)} domains for '
                f'DecathlonScoreHook, found none of {missing}; without them there is no score: '
                f'leave the hook out of custom_hooks.'
            )

    def add_scores(self, metrics: MutableMapping[str, float]) -> None:
        """Adds the score to the metrics.

        Args:
            metrics: The metrics of a validation or test.
        """
        accuracies = domain_accuracies(metrics)
        if not accuracies:
            return
        together = decathlon_metrics(metrics)
        metrics.update(together)
        table = PrettyTable(['domain', 'accuracy', 'points'])
        for name, domain in DOMAINS.items():
            points = decathlon_points(domain, accuracies[name])
            table.add_row([name, f'{accuracies[name]:.2f}', f'{points:.0f}'])
        score, mean = (together[f'{self.prefix}/{name}'] for name in self.reported_names)
        table.add_row(['all', f'{mean:.2f}', f'{score:.0f}'])
        print_log(f'decathlon results:\n{table.get_string()}', logger='current')
