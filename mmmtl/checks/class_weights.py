"""Whether a head's loss has a weight for each of its classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from torch import nn

from mmmtl.checks.problems import Problems


def check_class_weights(heads: Mapping[str, Any], problems: Problems) -> None:
    """Compares the number of class weights with that of the classes.

    Args:
        heads: Heads by their place in the config.
        problems: Gets the problems.
    """
    for where, head in heads.items():
        classes = getattr(head, 'num_classes', None)
        if classes is None or getattr(head, 'out_channels', None) == 1:
            continue
        losses: Any = getattr(head, 'loss_decode', None)
        several = isinstance(losses, (nn.ModuleList, list, tuple))
        for number, loss in enumerate(list(losses) if several else [losses]):
            weights = getattr(loss, 'class_weight', None)
            if isinstance(weights, Sequence) and len(weights) != classes:
                place = f'{where}.loss_decode' + (f'.{number}' if several else '')
                problems.add(
                    f'{place}.class_weight',
                    f'expected {classes} numbers, one for each class, found {len(weights)}.',
                )
