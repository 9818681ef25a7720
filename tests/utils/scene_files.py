"""Data sets as users render them: from a command line, read back byte for byte."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def read_all(root: Path) -> dict[str, bytes]:
    """Gives the content of every file below a folder, by its relative path."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob('*'))
        if path.is_file()
    }


def run_in(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Runs Python with arguments in a process of its own, in a folder."""
    return subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, check=False
    )
