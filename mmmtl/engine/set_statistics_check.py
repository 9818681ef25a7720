"""Whether a model has statistics of the data sets that it sees."""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn

from mmmtl.models.segmentors.set_statistics import sets_with_statistics
from mmmtl.tasks.nearest import nearest_name


def check_set_statistics(model: nn.Module, names: Iterable[str], where: str) -> None:
    """Checks that a model with statistics of each data set has those of some data sets.

    Args:
        model: The model.
        names: Names of the data sets; none where there is a single one without a name.
        where: What has the data sets, for the message.

    Raises:
        ValueError: If there are no statistics of one of them.
    """
    known, needed = sets_with_statistics(model), list(names)
    unknown = [name for name in needed if known is not None and name not in known]
    if unknown:
        near = nearest_name(unknown[0], known or ())
        raise ValueError(
            f'model.set_statistics: expected names of the data sets of {where}, {needed}, '
            f'found {list(known or ())}, without {unknown[0]!r}'
            + ('.' if near is None else f'; did you mean {unknown[0]!r} by {near!r}?')
        )
