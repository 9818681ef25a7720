"""What makes a run: its training, then what is known of it beside its curves."""

from __future__ import annotations

import sys
from pathlib import Path

from mmmtl_bench.suite.experiment_file import EXPERIMENT_FILE


def run_commands(folder: Path) -> list[list[str]]:
    """Gives the commands of the run in a folder: train, then describe.

    Args:
        folder: The run's folder.

    Returns:
        Commands in words, which go on with what is in the folder.
    """
    train = ['mmmtl', 'train', str(folder / EXPERIMENT_FILE), '--work-dir', str(folder), '--resume']
    describe = ['mmmtl_bench.commands.describe', str(folder)]
    return [[sys.executable, '-m', *module] for module in (train, describe)]
