"""NumPy's files, as bytes."""

from __future__ import annotations

import io
from typing import Any

import numpy as np


def npy(array: Any, **settings: bool) -> bytes:
    """A .npy file."""
    stream = io.BytesIO()
    np.save(stream, array, **settings)
    return stream.getvalue()


def npz(**arrays: Any) -> bytes:
    """A .npz file."""
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def row(*numbers: Any, dtype: Any = float) -> bytes:
    """A .npy file of shape (1, W)."""
    return npy(np.array([numbers], dtype))
