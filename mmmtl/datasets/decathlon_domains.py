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

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Domain:
    """A domain of the challenge.

    Args:
        name: What the challenge's files call it.
        index: Its place in alphabetical order, from 0.
        classes: Number of classes.
        images: Number of images of ``train``, ``val`` and ``test``.
        baseline: Accuracy of full fine-tuning on the test images in percent, for the score.
        mean: Mean of red, green and blue, from 0 to 1.
        std: Their deviation.
    """

    name: str
    index: int
    classes: int
    images: tuple[int, int, int]
    baseline: float
    mean: Triple
    std: Triple

    @property
    def task(self) -> str:
        """str: Name of its task, which cannot have a hyphen: ``vgg_flowers``."""
        return self.name.replace('-', '_')

    @property
    def first_category(self) -> int:
        """int: Id of the category of class 0."""
        return CATEGORIES_PER_DOMAIN * (self.index + 1) + 1


def _grey(value: float) -> Triple:
    return value, value, value


_DOMAINS = (
    Domain(
        'aircraft', 0, 100, (3334, 3333, 3333), 60.34,
        (0.47983041, 0.51074066, 0.53437998), (0.21070221, 0.20508901, 0.23729657),
    ),
    Domain(
        'cifar100', 1, 100, (40000, 10000, 10000), 82.12,
        (0.50705882, 0.48666667, 0.44078431), (0.26745098, 0.25647059, 0.27607843),
    ),
    Domain(
        'daimlerpedcls', 2, 2, (23520, 5880, 19600), 92.82, _grey(0.48203529), _grey(0.23612616)
    ),
    Domain(
        'dtd', 3, 47, (1880, 1880, 1880), 55.53,
        (0.52696497, 0.47025164, 0.42396662), (0.25226877, 0.2409176, 0.2499409),
    ),
    Domain(
        'gtsrb', 4, 43, (31367, 7842, 12630), 97.53,
        (0.33921263, 0.3117836, 0.32047045), (0.27560347, 0.26576119, 0.27089863),
    ),
    Domain(
        'imagenet12', 5, 1000, (1232167, 49000, 48238), 59.87,
        (0.485, 0.456, 0.406), (0.229, 0.224, 0.225),
    ),
    Domain('omniglot', 6, 1623, (17853, 6492, 8115), 87.69, _grey(0.08099839), _grey(0.27046935)),
    Domain(
        'svhn', 7, 10, (47217, 26040, 26032), 96.55,
        (0.4376821, 0.4437697, 0.47280442), (0.19803012, 0.20101562, 0.19703614),
    ),
    Domain(
        'ucf101', 8, 101, (7585, 1952, 3783), 51.20,
        (0.49953101, 0.49880386, 0.49981996), (0.10898684, 0.10810246, 0.10679939),
    ),
    Domain(
        'vgg-flowers', 9, 102, (1020, 1020, 6149), 81.41,
        (0.43414682, 0.38309883, 0.29714763), (0.28509808, 0.23842338, 0.2639633),
    ),
)  # fmt: skip

DOMAINS: Mapping[str, Domain] = MappingProxyType({domain.name: domain for domain in _DOMAINS})
"""The domains by name, in alphabetical order.

Baselines are the row of full fine-tuning in Table 4 of `End-to-End Multi-Task Learning with
Attention <https://arxiv.org/abs/1803.10704>`_ (CVPR 2019), from which the score is computed.

Means and deviations are those of ``decathlon_mean_std.pickle`` in the code of the residual adapters
(https://github.com/srebuffi/residual_adapters), as https://github.com/MrDavidG/PruneFramework
prints them in ``datasets/test.py``; the file itself, a pickle, was not read. There ImageNet's were
changed: here they are those of torchvision.
"""
