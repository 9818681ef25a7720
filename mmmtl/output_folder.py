from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from mmmtl.files import remove_unfinished, write_atomically


def prepare_output_folder(
    root: Path, file: str, record: Mapping[str, object], what: str, foreign: tuple[str, ...]
) -> None:
    """Makes sure that a folder is empty or holds this very set, and records the set in it.

    What a killed run left half-written in it is removed: no other process may be writing there.

    Args:
        root: The folder; it is made.
        file: Name of the file in it that tells what made the set.
        record: What the file says; anything that JSON can hold.
        what: What the set consists of, for messages, such as ``'street scenes'``.
        foreign: Names of files and folders that a set made here would have. If there is one without
            the record, the folder holds another data set.

    Raises:
        ValueError: If the folder holds a set with another record or another data set, or is not a
            folder.
    """
    path = root / file
    if path.exists():
        try:
            found = json.loads(path.read_text(encoding='utf-8'))
        except (RecursionError, ValueError):
            found = None
        if not isinstance(found, dict):
            raise ValueError(f'{path} is not readable as a record of {what}.')
        different = [
            f'{key} is {found.get(key)!r}, expected {value!r}'
            for key, value in record.items()
            if found.get(key) != value
        ]
        if different:
            raise ValueError(
                f'{root} holds {what} that were made with other parameters: '
                f'{"; ".join(different)}. Choose another folder, or delete that one.'
            )
        remove_unfinished(root)
        return
    if root.exists() and not root.is_dir():
        raise ValueError(f'{root} is not a folder.')
    there = [name for name in foreign if (root / name).exists()]
    if there:
        raise ValueError(
            f'{root} holds {", ".join(there)} but no {file}: it is another data set, such as '
            'the real one. Choose another folder.'
        )
    root.mkdir(parents=True, exist_ok=True)
    remove_unfinished(root, file)
    write_atomically(path, json.dumps(record, indent=2) + '\n')
