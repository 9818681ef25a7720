"""Whether a file of weights still is what was written.

torch writes checkpoints as zip archives, which hold a CRC-32 of every record, and does not look at
these sums when it reads them: a flipped bit inside of a tensor becomes a weight. Formats without
sums of their own (torch's older one, safetensors) get a file ``NAME.sha256`` beside them, in the
form of ``sha256sum``.
"""

from __future__ import annotations

import errno
import hashlib
import os
import zipfile
from pathlib import Path
from typing import BinaryIO

from mmmtl.files import write_atomically

SUM_SUFFIX = '.sha256'
_WEIGHTS = ('.pth', '.pt', '.ckpt', '.safetensors')
_ZIP_START = b'PK\x03\x04'
_BLOCK = 1 << 20


def find_damage(file: str | os.PathLike[str] | BinaryIO) -> str | None:
    """Compares a file with the sums in it, or in ``NAME.sha256`` beside it.

    Args:
        file: Path of the file, or a binary stream, which is left where it was.

    Returns:
        What is wrong with it; None if it is whole, or if there are no sums to tell.
    """
    if not isinstance(file, (str, os.PathLike)):
        return _find_damage_of_stream(file)
    with open(file, 'rb') as stream:
        if is_archive(stream):
            return _find_damage_of_archive(stream)
        return _compare_with_sum_beside(Path(file), stream)


def is_archive(file: str | os.PathLike[str] | BinaryIO) -> bool:
    """Tells whether a file is a zip archive, or was one before it was damaged.

    Args:
        file: Path of the file, or a binary stream.

    Returns:
        Whether it is.
    """
    try:
        return zipfile.is_zipfile(file)
    except zipfile.BadZipFile:  # that says to be a part of one
        return True


def sum_beside(path: str | Path) -> Path:
    """Names the file with the sum of another.

    Args:
        path: The other file.

    Returns:
        Path of the file, which need not exist.
    """
    return Path(path).with_name(Path(path).name + SUM_SUFFIX)


def write_sum(path: str | Path) -> None:
    """Writes ``NAME.sha256`` beside a file.

    Args:
        path: The file.
    """
    with open(path, 'rb') as stream:
        digest = _digest(stream)
    write_atomically(sum_beside(path), f'{digest}  {Path(path).name}\n')


def remove_sum(path: str | Path) -> None:
    """Removes ``NAME.sha256`` beside a file that is about to be replaced.

    Args:
        path: The file.
    """
    sum_beside(path).unlink(missing_ok=True)


def needs_sum(path: str | Path, content: bytes) -> bool:
    """Tells whether a file holds weights in a format without sums.

    Args:
        path: Path of the file.
        content: Its content.

    Returns:
        Whether :func:`write_sum` is needed.
    """
    return Path(path).suffix in _WEIGHTS and not content.startswith(_ZIP_START)


def _find_damage_of_stream(stream: BinaryIO) -> str | None:
    position = stream.tell()
    try:
        return _find_damage_of_archive(stream) if is_archive(stream) else None
    finally:
        stream.seek(position)


def _find_damage_of_archive(stream: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(stream) as archive:
            if not any(entry.CRC for entry in archive.infolist()):
                return None  # written with torch.serialization.set_crc32_options(False)
            name = archive.testzip()
    except Exception as error:  # a damaged archive can raise anything
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # of a place before the file
            raise
        return f'it is damaged ({str(error) or type(error).__name__})'
    record = (name or '').partition('/')[2] or name
    return None if name is None else f'it is damaged (the sum of {record} is not that of its bytes)'


def _compare_with_sum_beside(path: Path, stream: BinaryIO) -> str | None:
    beside = sum_beside(path)
    if not beside.is_file():
        return None
    expected = beside.read_text(encoding='utf-8', errors='replace').partition(' ')[0].strip()
    stream.seek(0)
    found = _digest(stream)
    return None if found == expected else f'it is damaged (its sum is not that in {beside})'


def _digest(stream: BinaryIO) -> str:
    digest = hashlib.sha256()
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()
