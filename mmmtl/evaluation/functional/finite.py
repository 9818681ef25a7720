from __future__ import annotations

import torch
from torch import Tensor


def check_finite(values: Tensor, what: str, expected: str) -> None:
    """Refuses values that are NaN or infinite.

    Args:
        values: The values, any shape.
        what: What they are, for the message.
        expected: What was expected, for the message.

    Raises:
        ValueError: If one is NaN or infinite.
    """
    finite = torch.isfinite(values)
    if not finite.all():
        raise ValueError(
            f'The {what} has {int((~finite).sum())} values that are NaN or infinite; {expected}.'
        )
