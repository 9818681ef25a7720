"""The ten domains of the Visual Decathlon: numbers of classes and images, and how the score counts.

`Learning multiple visual domains with residual adapters <https://arxiv.org/abs/1705.08045>`_
(Rebuffi, Bilen and Vedaldi, NeurIPS 2017) and the challenge's page,
https://www.robots.ox.ac.uk/~vgg/decathlon/.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

CATEGORIES_PER_DOMAIN: int = 10_000_000
"""The ids of a domain's categories and images lie in its own ten million."""


@dataclass(frozen=True)
class Domain:
    """A domain of the challenge.

    Args:
        name: What the challenge's files call it.
        index: Its place in alphabetical order, from 0.
        classes: Number of classes.
        images: Number of images of ``train``, ``val`` and ``test``.
        baseline: Accuracy of full fine-tuning on the test images in percent, for the score.
    """

    name: str
    index: int
    classes: int
    images: tuple[int, int, int]
    baseline: float

    @property
    def task(self) -> str:
        """str: Name of its task, which cannot have a hyphen: ``vgg_flowers``."""
        return self.name.replace('-', '_')

    @property
    def first_category(self) -> int:
        """int: Id of the category of class 0."""
        return CATEGORIES_PER_DOMAIN * (self.index + 1) + 1


_DOMAINS = (
    Domain('aircraft', 0, 100, (3334, 3333, 3333), 60.34),
    Domain('cifar100', 1, 100, (40000, 10000, 10000), 82.12),
    Domain('daimlerpedcls', 2, 2, (23520, 5880, 19600), 92.82),
    Domain('dtd', 3, 47, (1880, 1880, 1880), 55.53),
    Domain('gtsrb', 4, 43, (31367, 7842, 12630), 97.53),
    Domain('imagenet12', 5, 1000, (1232167, 49000, 48238), 59.87),
    Domain('omniglot', 6, 1623, (17853, 6492, 8115), 87.69),
    Domain('svhn', 7, 10, (47217, 26040, 26032), 96.55),
    Domain('ucf101', 8, 101, (7585, 1952, 3783), 51.20),
    Domain('vgg-flowers', 9, 102, (1020, 1020, 6149), 81.41),
)

DOMAINS: Mapping[str, Domain] = MappingProxyType({domain.name: domain for domain in _DOMAINS})
"""The domains by name, in alphabetical order.

Baselines are the row of full fine-tuning in Table 4 of `End-to-End Multi-Task Learning with
Attention <https://arxiv.org/abs/1803.10704>`__ (CVPR 2019), from which the score is computed.
"""
