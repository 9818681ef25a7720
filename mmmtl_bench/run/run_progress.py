"""How far a run that is going on has come."""

from __future__ import annotations

import json
from numbers import Real
from pathlib import Path
from typing import Any

_NOT_METRICS = frozenset(('step', 'time', 'data_time', 'memory'))
_LOSS = 'loss'


class RunProgress:
    """Follows the numbers that a run logs, as they are written.

    Args:
        folder: The run's folder.
        length: Epochs, or iterations, of the whole training.
        by_epoch: Whether the length is in epochs.
    """

    def __init__(self, folder: str | Path, length: int, by_epoch: bool = True) -> None:
        self.folder = Path(folder)
        self.length = length
        self.by_epoch = by_epoch
        self.position = 0
        """The epoch or iteration that the run is at, from 1; 0 before the first is logged."""
        self.done = 0
        """Epochs or iterations that are behind it."""
        self.metrics: dict[str, float] = {}
        """Metrics of its last validation."""
        self._file: Path | None = None
        self._offset = 0

    def update(self) -> None:
        """Reads what was logged since the last time."""
        files = sorted(self.folder.glob('*/vis_data/scalars.json'))
        if not files:
            return
        if files[-1] != self._file:
            self._file, self._offset = files[-1], 0
        with self._file.open('rb') as stream:
            stream.seek(self._offset)
            whole, newline, _ = stream.read().rpartition(b'\n')
        self._offset += len(whole) + len(newline)
        for line in whole.splitlines():
            self._add(json.loads(line))

    def _add(self, values: dict[str, Any]) -> None:
        if 'iter' in values:
            self.position = int(values['epoch' if self.by_epoch else 'iter'])
            self.done = self.position - 1
            return
        self.position = self.done = int(values['step'])
        self.metrics = {
            key: float(value)
            for key, value in values.items()
            if key not in _NOT_METRICS and isinstance(value, Real) and _LOSS not in key
        }


def training_length(cfg: Any) -> tuple[int, bool]:
    """Gives how long a config trains.

    Args:
        cfg: The config.

    Returns:
        Epochs and True, or iterations and False.

    Raises:
        ValueError: If ``train_cfg`` has neither.
    """
    train_cfg = cfg.get('train_cfg') or {}
    for key, by_epoch in (('max_epochs', True), ('max_iters', False)):
        if key in train_cfg:
            return int(train_cfg[key]), by_epoch
    raise ValueError(f'train_cfg: expected max_epochs or max_iters, found {dict(train_cfg)}.')
