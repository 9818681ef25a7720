"""The device that a user names."""

from __future__ import annotations

import torch
from mmengine.device import get_device


def check_device(device: str | torch.device | None) -> str:
    """Checks that a network can run on a device of this machine.

    Args:
        device: Such as ``'cuda:1'`` or ``'cpu'``; None for the accelerator, or the CPU where there
            is none.

    Returns:
        Its name.

    Raises:
        ValueError: If there is no such device here.
    """
    if device is None:
        return get_device()
    expected = f'device: expected one of this machine, such as {get_device()!r}, found {device!r}'
    try:
        parsed = torch.device(device)
    except RuntimeError as error:
        raise ValueError(f'{expected}, which is no name of a device.') from error
    if parsed.type == 'meta':
        raise ValueError(f'{expected}, which holds no numbers.')
    try:
        torch.empty(1, device=parsed)
    except (RuntimeError, AssertionError) as error:  # torch has no error of its own for it
        reason = str(error).strip().splitlines()[0].rstrip('.')
        raise ValueError(f'{expected} ({reason}).') from error
    return str(parsed)
