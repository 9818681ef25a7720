from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mmengine.dataset import BaseDataset, ConcatDataset
from mmengine.registry import DATASETS as ALL_DATASETS
from mmseg.registry import DATASETS

from mmmtl.sets.set_names import check_set_names
from mmmtl.sets.set_of_sample import mark_sample
from mmmtl.tasks import Task, tasks_in


@DATASETS.register_module(name='ConcatDataset')
class MultiTaskConcatDataset(ConcatDataset):
    """Joins data sets of which each has labels of some tasks.

    mmengine's own wants the same meta information of all its parts and takes that of the first.
    Here the parts may have different tasks, and the whole has those of all. What else the meta
    information says of a task (``classes`` and ``palette`` of ``seg``, ``depth_unit`` of depths) is
    that of the first part with the task; parts without it may say anything. A task has the colours
    of the first part too: they may come from label files, of which each has its own. In mmseg's
    scope this is what ``type='ConcatDataset'`` means; data sets without tasks see no difference.

    Each sample says which part it is of (:func:`~mmmtl.sets.set_of_sample.set_of`).

    Args:
        datasets: The data sets, or their configs, by name; of a list the names are ``'0'``, ``'1'``
            and so on.
        lazy_init: Whether the lists of samples are only made when they are needed. Defaults to
            False.
        ignore_keys: Keys of the meta information that need not be the same, nor in the definitions
            of tasks. Defaults to none.

    Raises:
        ValueError: If the parts have other meta information, or mean different things by the name
            of a task; if there is no part, or one has a name that cannot be one.
    """

    def __init__(
        self,
        datasets: Mapping[str, BaseDataset | dict] | Sequence[BaseDataset | dict],
        lazy_init: bool = False,
        ignore_keys: str | list[str] | None = None,
    ) -> None:
        if isinstance(datasets, Mapping) and 'type' in datasets:
            raise ValueError(
                'datasets: expected data sets by name, dict(NAME=dict(type=...), ...), or a list '
                f'of them, found a single one of type {datasets["type"]!r}.'
            )
        by_name = isinstance(datasets, Mapping)
        if not isinstance(datasets, Mapping):
            datasets = {str(number): one for number, one in enumerate(datasets)}
        self.names = check_set_names(datasets, 'datasets')
        """Name of each part."""
        parts = [
            ALL_DATASETS.build(one) if isinstance(one, dict) else one for one in datasets.values()
        ]
        ignored = [ignore_keys] if isinstance(ignore_keys, str) else list(ignore_keys or ())
        told = _told_of_tasks(parts)
        super().__init__(
            list(map(_accepted, parts)),
            lazy_init=lazy_init,
            ignore_keys=[*ignored, 'tasks', *told],
        )
        tasks: dict[str, Mapping] = {}
        of_files: set[str] = set()
        for number, part in enumerate(self.datasets):
            where = f'datasets.{self.names[number]}' if by_name else f'datasets[{number}]'
            for name, definition in (part.metainfo.get('tasks') or {}).items():
                known = tasks.setdefault(name, definition)
                # colours that a label file states only paint
                found = getattr(part, 'colors_of_files', ())
                free = [*ignored, 'palette'] if {name} & {*found, *of_files} else ignored
                of_files.update(found)
                if _without(known, free) != _without(definition, free):
                    raise ValueError(
                        f'{where}.tasks.{name}: expected {known}, as the data sets '
                        f'before it say, found {definition}.'
                    )
        self._metainfo.update(told)
        if tasks:
            self._metainfo['tasks'] = tasks

    def __getitem__(self, idx: int) -> Any:
        """Gives a sample, marked with the name of its part.

        Args:
            idx: Index of the sample.

        Returns:
            What the part gives.
        """
        sample = super().__getitem__(idx)
        mark_sample(sample, self.names[self._get_ori_dataset_idx(idx)[0]])
        return sample


def _accepted(part: Any) -> Any:
    """Gives what mmengine accepts: of what is built already it accepts no wrapper."""
    is_wrapper = hasattr(part, 'metainfo') and not isinstance(part, BaseDataset)
    return dict(type=lambda: part) if is_wrapper else part


def _told_of_tasks(parts: Sequence[Any]) -> dict[str, Any]:
    """Gives what the parts' meta information says of tasks: each key from the first with the task.

    A part that does not tell of its tasks is not known to lack one: then nothing is said.
    """
    infos = [getattr(part, 'metainfo', {}) for part in parts]
    if not all('tasks' in info for info in infos):
        return {}
    own = [_keys_about(tasks_in(info), info['tasks']) for info in infos]
    keys = _keys_about(tasks_in(None)).union(*own) & {key for info in infos for key in info}
    told = {}
    for key in sorted(keys):
        with_task = [info for info, about in zip(infos, own, strict=True) if key in about]
        told[key] = next(info[key] for info in [*with_task, *infos] if key in info)
    return told


def _keys_about(tasks: Mapping[str, Task], names: Iterable[str] | None = None) -> set[str]:
    """Gives the keys of meta information that are about some tasks, or all of them."""
    chosen = tasks if names is None else names
    return {key for name in chosen for key in tasks[name].metainfo_keys}


def _without(definition: Mapping, keys: Sequence[str]) -> dict:
    return {key: value for key, value in definition.items() if key not in keys}
