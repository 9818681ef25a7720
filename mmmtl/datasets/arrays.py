from __future__ import annotations

import io
from typing import IO, Any

import numpy as np

from mmmtl.datasets.pixel_limit import check_pixels


def decode_array(content: bytes, path: str, key: str | None = None) -> np.ndarray:
    """Decodes the array of a ``.npy`` or ``.npz`` file.

    Args:
        content: The file.
        path: Its name: what it ends with tells the format, and errors call it so.
        key: Name of the array in a ``.npz`` file. Defaults to None: its only one.

    Returns:
        The array.

    Raises:
        ValueError: If the file is truncated or broken, holds no numbers, it is not clear which of
            its arrays is meant, or the array has more pixels than
            :func:`mmmtl.datasets.pixel_limit.pixel_limit`.
    """
    suffix = '.npz' if path.lower().endswith('.npz') else '.npy'
    if key is not None and suffix != '.npz':
        raise ValueError(f'{path}: expected a .npz file, as key={key!r} names an array in one.')
    try:
        if content.startswith(np.lib.format.MAGIC_PREFIX):
            _check_size(io.BytesIO(content), path)
        array = np.load(io.BytesIO(content), allow_pickle=False)
        if isinstance(array, np.lib.npyio.NpzFile):
            name = _find_key(array.files, path, key)
            archive: Any = array.zip
            member = f'{name}.npy' if f'{name}.npy' in archive.namelist() else name
            with archive.open(member) as stream:  # a few bytes may unpack to very many
                _check_size(stream, path)
            array = array[name]
    except Exception as error:  # ValueError, EOFError, zipfile.BadZipFile, MemoryError and others
        if str(error).startswith(f'{path}: '):
            raise
        raise ValueError(f'{path}: truncated or broken {suffix} file ({error}).') from error
    if not isinstance(array, np.ndarray) or array.dtype.kind not in 'buif':
        raise ValueError(f'{path}: expected an array of numbers in a {suffix} file.')
    return array


def _find_key(names: list[str], path: str, key: str | None) -> str:
    if key in names:
        return str(key)
    if key is None and len(names) == 1:
        return names[0]
    expected = "one array, or its name as the reader's key" if key is None else repr(key)
    raise ValueError(f'{path}: expected {expected}, found the arrays {names}.')


def _check_size(stream: IO[bytes], path: str) -> None:
    """Refuses an array of too many pixels by what its header says."""
    version = np.lib.format.read_magic(stream)
    first = version == (1, 0)
    formats = np.lib.format
    read = formats.read_array_header_1_0 if first else formats.read_array_header_2_0
    shape, *_ = read(stream)
    if len(shape) > 1:
        check_pixels((shape[1], shape[0]), path)
