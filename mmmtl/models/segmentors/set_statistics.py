"""Batch normalisation with statistics of each of several data sets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

import torch
from torch import Tensor, nn

from mmmtl.models.keyed_batch_norm import KeyedBatchNorm, split_statistics
from mmmtl.sets.set_names import check_set_names
from mmmtl.sets.set_of_sample import set_in


class SetBatchNorm(KeyedBatchNorm):
    """A batch normalisation with scale and shift for all data sets, and statistics of each.

    Where a batch has images of several data sets, those of each are normalised by themselves.

    Args:
        norm: The batch normalisation that it stands for.
        keys: Names of the data sets.
    """

    def __init__(self, norm: nn.modules.batchnorm._BatchNorm, keys: Sequence[str]) -> None:
        super().__init__(norm, keys)
        self.sets: tuple[str, ...] = ()
        """Data set of each image of a batch with images of several; empty for one of one."""

    @property
    def chosen(self) -> dict[str, Any]:
        """dict: The attributes that say whose statistics are used."""
        return {**super().chosen, 'sets': self.sets}

    def forward(self, x: Tensor) -> Tensor:
        """Normalises features of the images that were turned to last.

        Args:
            x: Shape (N, C, ...).

        Returns:
            A tensor of the same shape.

        Raises:
            ValueError: If there are several data sets, and not a feature for each image.
        """
        if not self.sets:
            return self.normalise(x, self.key)
        if len(self.sets) != len(x):
            raise ValueError(
                f'set_statistics: expected features of {len(self.sets)} images, those of '
                f'{", ".join(self.sets)}, found {len(x)}; parts that regroup images need batches '
                'of one data set each.'
            )
        runs = [(name, len(list(images))) for name, images in groupby(self.sets)]
        if len(runs) == len(set(self.sets)):  # in the order of their data sets: nothing is moved
            pieces = x.split([count for _, count in runs])
            named = zip(runs, pieces, strict=True)
            return torch.cat([self.normalise(piece, name) for (name, _), piece in named])
        order = sorted(range(len(x)), key=self.sets.__getitem__)
        groups = [list(images) for _, images in groupby(order, self.sets.__getitem__)]
        parts = [self.normalise(x[group], self.sets[group[0]]) for group in groups]
        return torch.cat(parts)[torch.tensor(order, device=x.device).argsort()]


def separate_sets(model: nn.Module, names: Iterable[str] | None) -> None:
    """Gives each batch normalisation of a model running statistics of each data set.

    In training a normalisation uses those of the batch, hence of its data set; the estimate for
    evaluation would mix the data sets and fit none. Images that neither a joined data set nor a
    loader of several brings, such as those of a prediction, are treated as those of the first.

    Args:
        model: The model, changed in place.
        names: Names of the data sets; None for one estimate for all images.

    Raises:
        ValueError: If a name cannot be one, or is given twice.
    """
    if names is None:
        return
    if isinstance(names, str):
        raise ValueError(f'set_statistics: expected a list of names, found the string {names!r}.')
    keys = check_set_names(names, 'set_statistics')
    if len(set(keys)) < len(keys):
        raise ValueError(f'set_statistics: expected different names, found {list(keys)}.')
    split_statistics(model, keys, SetBatchNorm)


def sets_with_statistics(model: nn.Module) -> tuple[str, ...] | None:
    """Tells which data sets a model has statistics of.

    Args:
        model: The model.

    Returns:
        Names of the data sets; None where there is one estimate for all images.
    """
    norms = (norm for norm in model.modules() if isinstance(norm, SetBatchNorm))
    return next((tuple(norm.statistics) for norm in norms), None)


def turn_to_sets(model: nn.Module, metainfos: Iterable[Mapping[str, Any]]) -> None:
    """Tells the batch normalisations of a model which images come next.

    Args:
        model: The model, with or without statistics of each data set.
        metainfos: Meta information of each image, see :func:`~mmmtl.sets.set_of_sample.set_in`.

    Raises:
        ValueError: If there are no statistics of one of the data sets.
    """
    names = list(map(set_in, metainfos))
    for norm in model.modules():
        if isinstance(norm, SetBatchNorm):
            known = list(norm.statistics)
            unknown = [name for name in names if name is not None and name not in known]
            if unknown:
                raise ValueError(
                    f'set_statistics: expected images of the data sets {known}, '
                    f'found one of {unknown[0]!r}.'
                )
            sets = tuple(name or known[0] for name in names)
            several = len(set(sets)) > 1
            norm.key, norm.sets = (known[0] if several else sets[0]), (sets if several else ())
