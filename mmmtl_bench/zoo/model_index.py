"""What the model index says of configs: method, data set and weights."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import yaml

from mmmtl.shipped_files import shipped_folder


class IndexEntry(NamedTuple):
    """What the index says of a config."""

    method: str
    """Name of its collection."""
    data: str
    """Name of its data set."""
    weights: str | None
    """Address of trained weights; None where there are none yet."""


def read_index(root: Path | None = None) -> dict[str, IndexEntry]:
    """Reads the model index and the metafiles that it names.

    Args:
        root: Folder of ``model-index.yml``. Defaults to that of the package's own.

    Returns:
        What it says of each config, by the name of its file.

    Raises:
        FileNotFoundError: If there is no index.
    """
    root = root or shipped_folder()
    entries = {}
    for name in yaml.safe_load((root / 'model-index.yml').read_text(encoding='utf-8'))['Import']:
        for model in yaml.safe_load((root / name).read_text(encoding='utf-8'))['Models']:
            entries[Path(model['Config']).name] = IndexEntry(
                model['In Collection'], model['Metadata']['Training Data'], model.get('Weights')
            )
    return entries
