"""Maps that were computed once from slow files, and say what they were computed from."""

from __future__ import annotations

import functools
import hashlib
import logging
import os.path as osp
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import numpy as np
from mmengine import fileio
from mmengine.logging import print_log
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from mmmtl.datasets.mat_file import get_content
from mmmtl.datasets.pictures import decode_map
from mmmtl.files import write_atomically

Compute = Callable[[bytes, str, tuple[int, int]], np.ndarray]

_KEY = 'computed-from'


class ConvertedMaps:
    """The maps of slow files, read from PNG files where these were written before.

    A PNG file states, as a text of its header, a checksum of the content that it was computed from
    and of how. One that another file, another version or another computation has left is not read:
    the map is computed, and the first time that is logged.

    Args:
        name: Name of the folder of the PNG files, which have the names of the slow ones.
        compute: Gives the map of a file, uint8 or uint16 of shape (H, W); called with the content
            of the file, its path and the size (H, W) of its image.
        how: Text that changes whenever ``compute`` gives another map of the same content.
        converted: Folder that this folder is in. Defaults to None: there are no PNG files.
    """

    def __init__(self, name: str, compute: Compute, how: str, converted: str | None = None) -> None:
        self.compute = compute
        self.how = how
        self.folder = None if converted is None else osp.join(converted, name)

    def read(self, path: str, info: Mapping[str, Any]) -> np.ndarray:
        """Gives the map of a file.

        Args:
            path: The slow file.
            info: The sample, of which ``ori_shape`` and ``backend_args`` are read.

        Returns:
            The map, shape (H, W).

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: If the PNG file is broken, or what ``compute`` raises.
        """
        content = get_content(path, info.get('backend_args'))
        if self.folder is not None:
            file = self._file(path)
            found = self._find(file, content)
            if found is not None:
                return found
            if osp.exists(file):
                _warn_once(self.folder)
        return self.compute(content, path, tuple(info.get('ori_shape', ())))

    def encode(self, path: str, size: tuple[int, int]) -> bytes:
        """Computes the map of a file as a PNG file.

        Args:
            path: The slow file.
            size: Height and width of its image.

        Returns:
            The PNG file.

        Raises:
            FileNotFoundError: If there is no such file.
            ValueError: What ``compute`` raises.
        """
        content = get_content(path)
        text = PngInfo()
        text.add_text(_KEY, self._checksum(content))
        stream = BytesIO()
        Image.fromarray(self.compute(content, path, size)).save(stream, 'PNG', pnginfo=text)
        return stream.getvalue()

    def write(self, path: str, size: tuple[int, int]) -> None:
        """Writes the PNG file of a file, unless it is there and right.

        Args:
            path: The slow file.
            size: Height and width of its image.

        Raises:
            FileNotFoundError: If there is no such file.
            OSError: If the system refuses.
            ValueError: What ``compute`` raises.
        """
        file = self._file(path)
        try:
            found = self._find(file, get_content(path))
        except ValueError:  # cut short
            found = None
        if found is None:
            write_atomically(file, self.encode(path, size))

    def _file(self, path: str) -> str:
        return osp.join(self.folder or '', osp.splitext(osp.basename(path))[0] + '.png')

    def _find(self, file: str, content: bytes) -> np.ndarray | None:
        """Reads a PNG file; gives None if it is missing or was computed from another content."""
        try:
            png = fileio.get(file)
        except FileNotFoundError:
            return None
        try:
            with Image.open(BytesIO(png)) as picture:
                found = picture.info.get(_KEY)
        except (OSError, SyntaxError, ValueError) as error:
            raise ValueError(f'{file}: truncated or broken; convert it again.') from error
        return decode_map(png, file) if found == self._checksum(content) else None

    def _checksum(self, content: bytes) -> str:
        digest = hashlib.blake2b(self.how.encode() + b'\0', digest_size=16)
        digest.update(content)
        return digest.hexdigest()


@functools.cache
def _warn_once(folder: str) -> None:
    print_log(
        f'{folder}: made of other files than those that are read, or by another version of mmmtl; '
        'such maps are computed anew for each sample. The command that made them renews them.',
        logger='current',
        level=logging.WARNING,
    )
