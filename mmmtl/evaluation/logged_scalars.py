"""Reading back the numbers that a run logged."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Real
from pathlib import Path
from typing import Any

COSINE_PREFIX = 'cosine/'
"""What stands before the two tasks whose gradients a logged cosine compares."""

_MOST_STEPS = 2**63
_NOT_METRICS = frozenset(('epoch', 'iter', 'step', 'time', 'data_time', 'memory'))


@dataclass(frozen=True)
class LogEntry:
    """One line of a log.

    Args:
        position: Epoch, counted from 1, or iteration where the run counts no epochs.
        values: Numbers by name.
        step: Iterations of the training when it was logged; of a validation its position.
    """

    position: int
    values: dict[str, float]
    step: int = 0


@dataclass
class RunScalars:
    """The numbers of one run.

    Args:
        by_epoch: Whether positions are epochs; they are iterations otherwise.
        train: Entries of the training in their order, several per epoch.
        val: Entries of the validation in their order.
    """

    by_epoch: bool = True
    train: list[LogEntry] = field(default_factory=list)
    val: list[LogEntry] = field(default_factory=list)

    def series(self, mode: str, key: str) -> tuple[list[int], list[float]]:
        """Gives one number over the run.

        Args:
            mode: ``'train'`` or ``'val'``.
            key: Name of the number.

        Returns:
            Positions, each once, and the mean of the values logged there.
        """
        values: dict[int, list[float]] = {}
        for entry in {'train': self.train, 'val': self.val}[mode]:
            if key in entry.values:
                values.setdefault(entry.position, []).append(entry.values[key])
        means = [sum(found) / len(found) for found in values.values()]
        return list(values), means

    def keys(self, mode: str) -> list[str]:
        """Gives the names of the numbers, in the order in which they first appear.

        Args:
            mode: ``'train'`` or ``'val'``.

        Returns:
            The names, without bookkeeping such as ``time`` and ``epoch``.
        """
        entries = {'train': self.train, 'val': self.val}[mode]
        return list(dict.fromkeys(key for entry in entries for key in entry.values))


def read_scalars(run_dir: str | Path) -> RunScalars:
    """Reads what mmengine's ``LocalVisBackend`` wrote in a run's folder.

    A run that was resumed, or started anew, has several folders named after the time, each with a
    ``vis_data/scalars.json``. What a later one trained or validated again replaces what an earlier
    one logged from there on; a validation that was left when a run ended, and that the next one
    made first, counts as any other. Files of a test or a lone validation are left out, and so is a
    last line that was not finished because the run was killed.

    Args:
        run_dir: The run's ``work_dir``, or one of its folders named after the time, or a log file
            in such a folder.

    Returns:
        The run's numbers. A validation has the position of the training before it.

    Raises:
        FileNotFoundError: If there is no ``vis_data/scalars.json``.
        ValueError: If a line other than the last one is broken, a line has no values by key or a
            position that is not a number, or no file has training entries.
    """
    run_dir = _folder_of(Path(run_dir))
    files = sorted(run_dir.glob('*/vis_data/scalars.json'))
    files = files or sorted(run_dir.glob('vis_data/scalars.json'))
    if not files:
        raise FileNotFoundError(f'{run_dir}: expected <time>/vis_data/scalars.json, found none.')
    run = RunScalars()
    for file in files:
        _add(run, file)
    if not run.train:
        raise ValueError(f'{run_dir}: found no training entry in {", ".join(map(str, files))}.')
    return run


def _folder_of(path: Path) -> Path:
    """Gives the folder that a log file (``<time>.log``, ``scalars.json``) tells of."""
    if not path.is_file():
        return path
    return path.parent.parent if path.parent.name == 'vis_data' else path.parent


def _add(run: RunScalars, file: Path) -> None:
    """Continues a run with the lines of a later file."""
    earlier = RunScalars(run.by_epoch, run.train, run.val)
    run.train, run.val = [], []
    position: int | None = None
    for number, line in _read_lines(file):
        where = f'{file}, line {number}'
        is_train = 'iter' in line
        if is_train:
            run.by_epoch = 'epoch' in line
            position = _count(line, 'epoch' if run.by_epoch else 'iter', where)
            step = _count(line, 'step', where) if 'step' in line else position
        elif position is not None and run.by_epoch:
            step = position
        else:  # 0 of a lone validation
            step = _count(line, 'step', where)
            if step == 0 or (position is None and not earlier.train):
                continue
        values = {
            key.removeprefix('train/').removeprefix('val/'): _number(value, key, where)
            for key, value in line.items()
            if key.rpartition('/')[2] not in _NOT_METRICS and isinstance(value, Real)
        }
        at = position if is_train and position is not None else step
        (run.train if is_train else run.val).append(LogEntry(at, values, step))
    _put_before(run, earlier)


def _put_before(run: RunScalars, earlier: RunScalars) -> None:
    """Puts what an earlier file has before a later one, as far as it was not done again."""
    first = run.train[0] if run.train else None
    if first is not None and run.by_epoch and first.position == 1:
        return  # it was started anew
    validated = min((entry.position for entry in run.val), default=None)
    run.train[:0] = [entry for entry in earlier.train if first is None or entry.step < first.step]
    run.val[:0] = [
        entry
        for entry in earlier.val
        if (first is None or entry.position < first.position)
        and (validated is None or entry.position < validated)
    ]


def _read_lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Gives the lines of a file with their numbers, without a last one that was not finished."""
    texts = file.read_text(encoding='utf-8', errors='replace').splitlines()
    for number, text in enumerate(texts, start=1):
        where = f'{file}, line {number}'
        try:
            line = json.loads(text)
        except json.JSONDecodeError as error:
            if number < len(texts):
                raise ValueError(f'{where}: not JSON ({error}).') from error
            return
        except (RecursionError, ValueError) as error:  # too deep, or too many digits
            raise ValueError(f'{where}: not the numbers of a run ({error}).') from error
        if not isinstance(line, dict):
            raise ValueError(f'{where}: expected values by key, found {type(line).__name__}.')
        yield number, line


def _count(line: Mapping[str, Any], key: str, where: str) -> int:
    found = line.get(key)
    if (
        not isinstance(found, (int, float))
        or isinstance(found, bool)
        or not abs(found) < _MOST_STEPS
    ):
        told = repr(found)[:80]
        raise ValueError(f'{where}: {key}: expected a number of steps or epochs, found {told}.')
    return int(found)


def _number(value: Any, key: str, where: str) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise ValueError(f'{where}: {key}: expected a number, found {error}.') from error
