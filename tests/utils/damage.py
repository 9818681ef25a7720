"""Files that are damaged as a failing disk damages them."""

from __future__ import annotations

import zipfile
from pathlib import Path


def flip_in_tensor(path: Path, record: str = 'data/0') -> Path:
    """Flips eight bytes in the middle of a tensor of a checkpoint."""
    with zipfile.ZipFile(path) as archive:
        (entry,) = (e for e in archive.infolist() if e.filename.endswith(f'/{record}'))
        numbers = archive.read(entry)
    content = bytearray(path.read_bytes())
    start = content.index(numbers, entry.header_offset) + len(numbers) // 2
    content[start : start + 8] = bytes(255 - byte for byte in content[start : start + 8])
    path.write_bytes(content)
    return path
