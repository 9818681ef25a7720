"""Which names a task can have."""

from __future__ import annotations

import re

from torch import nn

_NAME = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')
_KEPT_BY_CONFIGS = re.compile(r'_.*_')  # _base_, _delete_, _scope_


def check_name(name: str) -> None:
    """Checks that a task's name can be a key everywhere.

    Args:
        name: The name.

    Raises:
        ValueError: If it is no identifier, is a name that torch's ``ModuleDict`` or a config keeps
            for itself, or contains ``'loss'`` (mmengine adds up whatever is logged under such a
            key).
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        reason = 'letters, digits and underscores, no digit first,'
    elif name == 'type' or _KEPT_BY_CONFIGS.fullmatch(name) or hasattr(nn.ModuleDict(), name):
        reason = 'a name that configs and modules of torch do not use themselves'
    elif name == 'pictures' or name.startswith('pictures_'):
        reason = 'a name that is not that of the folders of predicted pictures'
    elif 'loss' in name:
        reason = "a name without 'loss', as all that is logged under such a name is minimised"
    else:
        return
    raise ValueError(f'tasks: expected {reason} as the name of a task, found {name!r}.')
