"""All loss weightings, for measurements of what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mmseg.registry import MODELS

from mmmtl.models.loss_weighting import BaseLossWeighting, FixedWeighting, GradientWeighting
from mmmtl.models.loss_weighting.gradient.base import GradientLossWeighting
from mmmtl.models.loss_weighting.gradient.torchjd_methods import GRADIENT_METHODS


def weighting_configs(tasks: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Finds every loss weighting that is registered, with arguments where it needs some.

    Args:
        tasks: Names of the tasks; what needs three of them is left out where there are two.

    Returns:
        Configs by name; gradient methods once for gradients with respect to features and once to
        parameters.
    """
    configs: dict[str, dict[str, Any]] = {}
    gradient_types = []
    for name, kind in sorted(MODELS.module_dict.items()):
        if not (isinstance(kind, type) and issubclass(kind, BaseLossWeighting)):
            continue
        if issubclass(kind, GradientLossWeighting):
            gradient_types.append(kind)
        else:
            extra = {'weights': dict.fromkeys(tasks, 1.0)} if kind is FixedWeighting else {}
            configs[name] = dict(type=name, **extra)
    for wrt in ('features', 'parameters'):
        for kind in gradient_types:
            if kind is not GradientWeighting:
                configs[f'{kind.__name__}, {wrt}'] = dict(type=kind.__name__, wrt=wrt)
        for method in GRADIENT_METHODS:
            if method != 'Krum' or len(tasks) > 2:
                configs[f'{method}, {wrt}'] = dict(
                    type=GradientWeighting.__name__, method=method, wrt=wrt
                )
    return configs
