from __future__ import annotations

import weakref
from typing import Any

from torch import Tensor


class HostCopy:
    """What is in a tensor, on the host: read again only after somebody else has changed it.

    Reading a tensor of a GPU makes the host wait until all its work is done. A method that writes
    a few numbers itself, and reads them in the next step, need not wait for them.
    """

    def __init__(self) -> None:
        self._tensor: Any = None
        self._state: tuple[Any, ...] = ()
        self._values: Tensor

    def __reduce__(self) -> tuple:
        return HostCopy, ()  # copies of a module have tensors of their own

    def read(self, tensor: Tensor) -> Tensor:
        """Gives the values.

        Args:
            tensor: A tensor on any device, always the same one, or one that took its place.

        Returns:
            Its values, a tensor on the CPU that is not to be changed.
        """
        is_known = self._tensor is not None and self._tensor() is tensor
        if not is_known or _state(tensor) != self._state:
            self._keep(tensor, tensor.detach().cpu().clone())
        return self._values

    def write(self, tensor: Tensor, values: Tensor) -> None:
        """Changes the values.

        Args:
            tensor: The tensor.
            values: Its new values, of the same shape, on the CPU.
        """
        tensor.data.copy_(values, non_blocking=True)
        self._keep(tensor, values.detach().to(tensor.dtype, copy=True))

    def _keep(self, tensor: Tensor, values: Tensor) -> None:
        self._tensor, self._state, self._values = weakref.ref(tensor), _state(tensor), values


def _state(tensor: Tensor) -> tuple[Any, ...]:
    return tensor.device, tensor._version
