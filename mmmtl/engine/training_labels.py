from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any


def check_training_labels(dataset: Any, tasks: Sequence[str]) -> None:
    """Checks that each task has labels in some part of the training data.

    Wrappers (mmengine's ``ConcatDataset``, ``RepeatDataset`` and their like) are opened. Where a
    data set does not say its ``tasks``, nothing can be said.

    Args:
        dataset: The training data set.
        tasks: The tasks that have a head.

    Raises:
        ValueError: If a task has no labels.
    """
    parts = list(dataset_parts(dataset))
    if not all(hasattr(part, 'tasks') for part in parts):
        return
    found = {task for part in parts for task in part.tasks}
    lacking = [task for task in tasks if task not in found]
    if lacking:
        listed = ', '.join(f'{type(part).__name__} of {list(part.tasks)}' for part in parts)
        raise ValueError(
            f'train_dataloader.dataset: expected labels of {list(tasks)}, one for each head, '
            f'found labels of {[task for task in tasks if task in found]} and none of {lacking} '
            f'({listed}); compare the keys of model.decode_head with the `tasks` of the data sets.'
        )


def dataset_parts(dataset: Any) -> Iterator[Any]:
    """Gives the data sets inside of wrappers.

    Args:
        dataset: A data set, or a wrapper of one (``dataset``) or several (``datasets``).

    Yields:
        The data sets that are no wrappers.
    """
    if hasattr(dataset, 'datasets'):
        for part in dataset.datasets:
            yield from dataset_parts(part)
    elif hasattr(dataset, 'dataset'):
        yield from dataset_parts(dataset.dataset)
    else:
        yield dataset
