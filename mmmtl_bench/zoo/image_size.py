"""The size of the images that a config trains on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mmmtl.sets.config_sets import inner_sets

_SIZING = {'ReduceResolution': 'size', 'RandomCrop': 'crop_size', 'CenterCrop': 'crop_size'}
"""Transforms that give all images one size, and the argument with height and width."""


def training_size(dataset: Mapping[str, Any]) -> tuple[int, int] | None:
    """Finds the size of a data set's images after its transforms.

    Args:
        dataset: Config of the data set; of one with several inside, the first counts.

    Returns:
        Height and width; None where the images keep the size that they have.
    """
    for inner in inner_sets(dataset).values():
        return training_size(inner)
    found = None
    for step in dataset.get('pipeline', ()):
        if step['type'] in _SIZING:
            size = step[_SIZING[step['type']]]
            found = (size, size) if isinstance(size, int) else (size[0], size[1])
    return found
