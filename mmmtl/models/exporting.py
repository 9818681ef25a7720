"""What a network must know of being exported."""

from __future__ import annotations

import torch

# torch 2.6 has only the wider question, which torch.compile answers with yes too.
_is_exporting = getattr(torch.compiler, 'is_exporting', torch.compiler.is_compiling)


def is_exporting() -> bool:
    """Tells whether the network's graph is being recorded for a file (``torch.export``).

    Such a graph is to hold for images of other sizes, so that code must not decide by a size that
    the recorded image happens to have; and it should consist of operations that other runtimes
    know. Whatever a network does differently here must give the same values.

    Returns:
        Whether it is.
    """
    return bool(_is_exporting())
