"""What looks wrong in data that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from mmmtl.checks.set_facts import SetFacts
from mmmtl.some_of import some_of
from mmmtl.tasks import Task
from mmmtl.tasks.color_vision import color_distances

_ALIKE = 4.0
"""Distance of colours that are told apart with difficulty."""


def doubtful_data(sets: Sequence[SetFacts], tasks: Mapping[str, Task]) -> list[str]:
    """Names what looks wrong.

    Args:
        sets: What each set holds, that of the training first.
        tasks: The tasks of all sets, by name.

    Returns:
        A line each.
    """
    lines = [f'{one.name}: {error}' for one in sets for error in one.errors]
    for one in sets:
        lines += _repeated(f'{one.name}: two images of the same pixels', one.twice)
    for first, second in combinations(sets, 2):
        shared = [
            (path, second.paths[key]) for key, path in first.paths.items() if key in second.paths
        ]
        lines += _repeated(f'{first.name} and {second.name} share images', shared)
    for task in tasks.values():
        lines += _alike(task)
        for one in sets:
            lines += _of_labels(one, task)
        lines += _never_shown(sets, task)
    return lines


def _repeated(title: str, pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    if pairs:
        listed = some_of([f'{first} and {second}' for first, second in pairs])
        yield f'{title}: {len(pairs)}, {listed}.'


def _alike(task: Task) -> Iterator[str]:
    palette = getattr(task, 'palette', None)
    if not palette:
        return
    distances = color_distances(*2 * (np.array(palette),))
    pairs = [
        f'{task.label_names[i]} and {task.label_names[j]}'
        for i, j in zip(*np.nonzero(np.triu(distances < _ALIKE, k=1)), strict=True)
    ]
    if pairs:
        yield (
            f'{task.name}: {len(pairs)} pair(s) of classes have nearly the same colour, to the '
            f'colour-blind at least: {some_of(pairs)}; without a palette they would not.'
        )


def _of_labels(one: SetFacts, task: Task) -> Iterator[str]:
    facts = one.labels.get(task.name)
    if facts is None or not facts.images:
        return
    where = f'{one.name}: {task.name}'
    if not facts.valid:
        yield f'{where}: no image has a label.'
        return
    if not len(facts.counts) and facts.low == facts.high and facts.valid > 1:
        yield f'{where}: every label is {facts.low:g}.'
    low, high = task.usual_mean
    if not len(facts.counts) and not low <= facts.mean <= high:
        yield (
            f'{where}: the mean is {facts.mean:g}; expected {low:g} to {high:g}. Is it another '
            'unit? Millimetres need scale=0.001 of ScalarReader.'
        )


def _never_shown(sets: Sequence[SetFacts], task: Task) -> Iterator[str]:
    train, *others = sets
    facts = train.labels.get(task.name)
    if facts is None or not facts.counts.any():
        return
    for index in np.flatnonzero(facts.counts == 0):
        seen = [
            one.name
            for one in others
            if task.name in one.labels and one.labels[task.name].counts[index : index + 1].any()
        ]
        also = f', but {" and ".join(seen)} has it' if seen else ''
        yield f'{train.name}: {task.name}: no label of class {task.label_names[index]!r}{also}.'
