r"""The score of the Visual Decathlon, from the accuracy in each domain.

.. math::

    S = \sum_{d=1}^{10} 1000 \max\left(0, 1 - \frac{E_d}{E_d^{\max}}\right)^2

with the error :math:`E_d` on the test images and :math:`E_d^{\max}` twice that of full fine-tuning:
as good a classifier has 250 points in a domain, one without an error 1000. `Learning multiple
visual domains with residual adapters <https://arxiv.org/abs/1705.08045>`_ (Rebuffi, Bilen and
Vedaldi, NeurIPS 2017), section 4. The accuracies of full fine-tuning are those of
:data:`~mmmtl.datasets.decathlon_domains.DOMAINS`, rounded to 0.01 %: scores differ from printed
ones by up to 3 in 3000.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from mmmtl.datasets.decathlon_domains import DOMAINS, Domain

MOST_POINTS: float = 1000.0
"""Points of a domain without an error."""


METRIC_PREFIX = 'decathlon'
"""What stands before the numbers of all domains together."""


def decathlon_points(domain: Domain, accuracy: float) -> float:
    """Gives the points of one domain.

    Args:
        domain: The domain.
        accuracy: Accuracy in percent; NaN gives NaN.

    Returns:
        From 0 to 1000.

    Raises:
        ValueError: If the accuracy is not from 0 to 100.
    """
    if math.isnan(accuracy):
        return math.nan
    if not 0 <= accuracy <= 100:
        raise ValueError(f'{domain.name}: expected an accuracy from 0 to 100, found {accuracy}.')
    largest_error = 2 * (100 - domain.baseline)
    return MOST_POINTS * max(0.0, 1 - (100 - accuracy) / largest_error) ** 2


def decathlon_score(accuracies: Mapping[str, float]) -> float:
    """Gives the score of all ten domains.

    Args:
        accuracies: Accuracy in percent, by name of the domain.

    Returns:
        From 0 to 10,000.

    Raises:
        ValueError: If a domain has none, there is no such domain, or an accuracy is impossible.

    >>> from mmmtl.datasets.decathlon_domains import DOMAINS
    >>> decathlon_score({name: domain.baseline for name, domain in DOMAINS.items()})
    2500.0
    """
    missing = [name for name in DOMAINS if name not in accuracies]
    unknown = [name for name in accuracies if name not in DOMAINS]
    if missing or unknown:
        found = f'none for {missing}' if missing else f'{unknown}'
        raise ValueError(f'accuracies: expected one for each of {list(DOMAINS)}, found {found}.')
    return math.fsum(decathlon_points(domain, accuracies[name]) for name, domain in DOMAINS.items())


def domain_accuracies(metrics: Mapping[str, float]) -> dict[str, float]:
    """Finds the accuracy in each domain among the metrics of a run.

    Args:
        metrics: Metrics by name: ``<task>/accuracy``, with or without the name of a data set before
            it, and others.

    Returns:
        Accuracies in percent by name of the domain, of those that are measured.
    """
    by_task = {tuple(key.split('/')[-2:]): value for key, value in metrics.items() if '/' in key}
    return {
        name: by_task[domain.task, 'accuracy']
        for name, domain in DOMAINS.items()
        if (domain.task, 'accuracy') in by_task
    }


def decathlon_metrics(metrics: Mapping[str, float]) -> dict[str, float]:
    """Gives the numbers of all domains together.

    Args:
        metrics: As of :func:`domain_accuracies`.

    Returns:
        ``decathlon/score`` and ``decathlon/accuracy``, the mean over the domains; none where a
        domain has no accuracy.
    """
    accuracies = domain_accuracies(metrics)
    if len(accuracies) < len(DOMAINS):
        return {}
    return {
        f'{METRIC_PREFIX}/score': decathlon_score(accuracies),
        f'{METRIC_PREFIX}/accuracy': math.fsum(accuracies.values()) / len(accuracies),
    }
