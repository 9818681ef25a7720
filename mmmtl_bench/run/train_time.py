"""How long a run trained, from what it logged."""

from __future__ import annotations

import json
from pathlib import Path


def read_train_seconds(folder: str | Path) -> float | None:
    """Adds up the time that the steps of a run's training took.

    mmengine logs the mean time of the last steps every few steps, loading of the data included;
    each of these times stands for the steps since the one before. What a resumed run trained again
    counts once. Validations and pauses do not count.

    Args:
        folder: The run's ``work_dir``.

    Returns:
        Seconds; None if the log has no times.
    """
    times: dict[int, float] = {}
    for file in sorted(Path(folder).glob('*/vis_data/scalars.json')):
        session = _read_times(file)
        if session:
            first = min(session)
            times = {step: time for step, time in times.items() if step < first} | session
    if not times:
        return None
    steps = sorted(times)
    before = [0, *steps[:-1]]
    return sum(
        times[step] * (step - previous) for step, previous in zip(steps, before, strict=True)
    )


def _read_times(file: Path) -> dict[int, float]:
    times = {}
    for line in file.read_text(encoding='utf-8').splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:  # the last line of a run that was killed
            continue
        if 'iter' in entry and 'time' in entry:
            times[int(entry['iter'])] = float(entry['time'])
    return times
