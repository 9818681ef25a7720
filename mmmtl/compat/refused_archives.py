"""Archives that are no checkpoint: programs, and what two readers would read differently."""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from typing import BinaryIO

from mmmtl.compat.sums import is_archive

_TAR, _TAR_AT = b'ustar', 257
_SCRIPT = 'constants.pkl'
"""Record that only archives of TorchScript have."""


def why_refused(file: str | os.PathLike[str] | BinaryIO) -> str | None:
    """Tells whether a file is an archive that is refused before anything in it is read.

    That is a program of TorchScript or an archive of torch before 0.1.10, which torch does not read
    with its restriction either: it advises to switch it off. And one with two records of a name.

    Args:
        file: Path of the file, or a binary stream, which is left where it was.

    Returns:
        Why it is refused; None if it is not.
    """
    if isinstance(file, (str, os.PathLike)):
        with open(file, 'rb') as stream:
            return why_refused(stream)
    position = file.tell()
    try:
        if is_archive(file):
            return _why_refused_zip(file)
        file.seek(position)
        if file.read(_TAR_AT + len(_TAR))[_TAR_AT:] == _TAR:
            return 'it is a tar archive of torch before 0.1.10, which no reader restricts'
    finally:
        file.seek(position)
    return None


def _why_refused_zip(stream: BinaryIO) -> str | None:
    with zipfile.ZipFile(stream) as archive:
        names = archive.namelist()
    if any(name.partition('/')[2] == _SCRIPT for name in names):
        return 'it is a program of TorchScript, expected a state dict of torch.save'
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    return None if twice is None else f'it has two records of the name {twice}'
