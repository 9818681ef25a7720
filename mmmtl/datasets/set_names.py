"""Names of data sets that stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torch import nn

_NAME = re.compile(r'[A-Za-z0-9_-]+')


def check_set_names(names: Iterable[str], where: str) -> tuple[str, ...]:
    """Checks that names of data sets can stand before metrics and in checkpoints.

    Args:
        names: The names.
        where: What has them, for the message.

    Returns:
        The names.

    Raises:
        ValueError: If there is none, or one has other characters than letters, digits, underscores
            and hyphens, is one that configs and modules of torch use themselves, or contains
            ``'loss'``.
    """
    checked = tuple(names)
    if not checked:
        raise ValueError(f'{where}: expected at least one data set, found none.')
    for name in checked:
        taken = name == 'type' or hasattr(nn.ModuleDict(), str(name)) or 'loss' in str(name)
        if not isinstance(name, str) or not _NAME.fullmatch(name) or taken:
            raise ValueError(
                f'{where}: expected names of letters, digits, underscores and hyphens that configs '
                f"and modules of torch do not use themselves, without 'loss', found {name!r}."
            )
    return checked
