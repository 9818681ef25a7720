"""The ten embedded domains by the names of the Visual Decathlon, which they resemble in kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

import numpy as np

from mmmtl_scenes.decathlon import (
    aircraft,
    characters,
    flowers,
    house_numbers,
    motions,
    pedestrians,
    photographs,
    signs,
    textures,
    thumbnails,
)
from mmmtl_scenes.decathlon.camera import Size
from mmmtl_scenes.engine.scene_rng import SceneRNG


class Pictures(Protocol):
    """What a module of pictures has."""

    CLASSES: tuple[str, ...]

    def size(self, rng: SceneRNG) -> Size:
        """Draws the size of a picture."""

    def draw(
        self, index: int, size: Size, rng: SceneRNG, generator: np.random.Generator
    ) -> np.ndarray:
        """Draws a picture of a class."""


@dataclass(frozen=True)
class EmbeddedDomain:
    """A domain: what is seen in it, and how often.

    Args:
        pictures: What draws its pictures.
        train: Images of each class to train on.
        val: Images of each class to validate on.
        test: Images of each class to test on.
    """

    pictures: Pictures
    train: int
    val: int
    test: int


EMBEDDED: Mapping[str, EmbeddedDomain] = MappingProxyType(
    {
        'aircraft': EmbeddedDomain(aircraft, 24, 8, 8),
        'cifar100': EmbeddedDomain(thumbnails, 30, 8, 8),
        'daimlerpedcls': EmbeddedDomain(pedestrians, 150, 40, 50),
        'dtd': EmbeddedDomain(textures, 20, 8, 8),
        'gtsrb': EmbeddedDomain(signs, 24, 8, 10),
        'imagenet12': EmbeddedDomain(photographs, 32, 8, 8),
        'omniglot': EmbeddedDomain(characters, 11, 4, 5),
        'svhn': EmbeddedDomain(house_numbers, 40, 12, 16),
        'ucf101': EmbeddedDomain(motions, 24, 8, 10),
        'vgg-flowers': EmbeddedDomain(flowers, 10, 10, 20),
    }
)
"""The domains by name, in alphabetical order."""
