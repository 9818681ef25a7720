"""Gives mmengine's data elements what a data loader with ``pin_memory=True`` looks for.

torch copies the tensors of a batch into memory from which a GPU fetches them by itself. It asks
objects of other packages for a method ``pin_memory``, which mmengine 0.10.7's do not have: images
are pinned, labels are not, and each label then waits for its copy.
"""

from __future__ import annotations

from mmengine.structures import BaseDataElement
from torch import Tensor


def patch_pinning() -> None:
    """Adds the method, unless mmengine has it."""
    if not hasattr(BaseDataElement, 'pin_memory'):
        BaseDataElement.pin_memory = _pin_memory


def _pin_memory(element: BaseDataElement) -> BaseDataElement:
    """Gives the element with its tensors in pinned memory, those of elements in it too."""
    pinned = element.new()
    for name, value in element.items():
        if isinstance(value, (Tensor, BaseDataElement)):
            pinned.set_data({name: value.pin_memory()})
    return pinned
