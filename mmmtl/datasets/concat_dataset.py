from __future__ import annotations

from collections.abc import Mapping, Sequence

from mmengine.dataset import BaseDataset, ConcatDataset
from mmseg.registry import DATASETS


@DATASETS.register_module(name='ConcatDataset')
class MultiTaskConcatDataset(ConcatDataset):
    """Joins data sets of which each has labels of some tasks.

    mmengine's own wants the same meta information of all its parts and takes that of the first.
    Here the parts may have different tasks, and the whole has those of all. In mmseg's scope it is
    what ``type='ConcatDataset'`` means; data sets without tasks see no difference.

    Args:
        datasets: The data sets, or their configs.
        lazy_init: Whether the lists of samples are only made when they are needed. Defaults to
            False.
        ignore_keys: Keys of the meta information that need not be the same, nor in the definitions
            of tasks. Defaults to none.

    Raises:
        ValueError: If the parts have other meta information, or mean different things by the name
            of a task.
    """

    def __init__(
        self,
        datasets: Sequence[BaseDataset | dict],
        lazy_init: bool = False,
        ignore_keys: str | list[str] | None = None,
    ) -> None:
        ignored = [ignore_keys] if isinstance(ignore_keys, str) else list(ignore_keys or ())
        super().__init__(datasets, lazy_init=lazy_init, ignore_keys=[*ignored, 'tasks'])
        tasks: dict[str, Mapping] = {}
        for number, part in enumerate(self.datasets):
            for name, definition in (part.metainfo.get('tasks') or {}).items():
                known = tasks.setdefault(name, definition)
                if _without(known, ignored) != _without(definition, ignored):
                    raise ValueError(
                        f'datasets[{number}].tasks.{name}: expected {known}, as the data sets '
                        f'before it say, found {definition}.'
                    )
        if tasks:
            self._metainfo['tasks'] = tasks


def _without(definition: Mapping, keys: Sequence[str]) -> dict:
    return {key: value for key, value in definition.items() if key not in keys}
