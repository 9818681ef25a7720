from __future__ import annotations

import zlib
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from mmmtl.datasets.class_choice import choose_classes
from mmmtl.datasets.class_set import ClassSet
from mmmtl.datasets.multi_task_dataset import MultiTaskDataset
from mmmtl.datasets.task_reader import of_tasks
from mmmtl.tasks import Task, Tasks, build_tasks


class BenchmarkFolderDataset(MultiTaskDataset):
    """Base of the data sets that are one folder with a list of names for each split.

    Args:
        split: ``'train'`` or ``'val'``. Defaults to ``'train'``.
        tasks: The tasks whose labels are read: some names of :attr:`own_tasks` or of known tasks,
            or a definition for each name. Defaults to None: all of :attr:`own_tasks`.
        data_root: Root of the data set. Defaults to None: :attr:`default_root`.
        one_label: Whether each image keeps the label of one of the tasks alone, which is drawn for
            it; as in the partly labelled settings of MTPSL (CVPR 2022) and DiffusionMTL (CVPR
            2024). Defaults to False.
        one_label_seed: What the draw depends on, beside the image's name. Defaults to 0.
        data_prefix: Folders that differ from the layout's, and those of further tasks, by
            ``img_path`` and the tasks' path keys. Defaults to none.
        label_suffix: Ends of label files' names that differ from the layout's, and those of further
            tasks, by task. Defaults to none.
        label_readers: Readers in place of the layout's, and those of further tasks, by task.
            Defaults to none.
        partly_labelled: Names of the tasks of which an image may lack the label file. Defaults to
            none: a missing file is an error.
        ann_file: List of names in place of the split's. Defaults to that of the split.
        metainfo: See :class:`MultiTaskDataset`, as for the arguments that follow. ``classes`` may
            be some of the classes, in any order; the others are ignored.
        indices: Use only the first so many samples, or those of these indices.
        serialize_data: Whether workers share one serialised list of samples.
        pipeline: Transforms of a sample.
        test_mode: Whether the set is for evaluation.
        lazy_init: Whether the list of samples is only made when it is needed.
        max_refetch: How many other samples are tried when the pipeline gives None.
        backend_args: Arguments of mmengine's file backend.
        cache: Where decoded samples are kept, see :class:`MultiTaskDataset`.

    Raises:
        FileNotFoundError: If a folder, a list of names or a file of one of the names is missing.
        ValueError: If an argument is not one of those named above, there is no class of a name, or
            the split is empty.
    """

    default_root: ClassVar[str]
    own_tasks: ClassVar[Mapping[str, Task]]
    """The benchmark's tasks by name."""
    class_set: ClassVar[ClassSet]
    """Classes of the ids in the files of ``seg``."""
    split_file: ClassVar[str]
    image_folder: ClassVar[str]
    image_suffix: ClassVar[str]
    label_folders: ClassVar[Mapping[str, str]]
    """Folder of each of the benchmark's tasks."""
    label_suffixes: ClassVar[Mapping[str, str]]
    """Ends of the label files' names, of tasks whose kind has another one."""

    def __init__(
        self,
        split: str = 'train',
        tasks: Tasks | None = None,
        data_root: str | None = None,
        one_label: bool = False,
        one_label_seed: int = 0,
        data_prefix: Mapping[str, str] | None = None,
        label_suffix: Mapping[str, str] | None = None,
        label_readers: Mapping[str, dict | Callable] | None = None,
        partly_labelled: Sequence[str] = (),
        ann_file: str | None = None,
        metainfo: Mapping[str, Any] | None = None,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        lazy_init: bool = False,
        max_refetch: int = 1000,
        backend_args: dict | None = None,
        cache: str | bool = False,
    ) -> None:
        if split not in ('train', 'val'):
            raise ValueError(f"split: expected one of ('train', 'val'), found {split!r}.")
        if not isinstance(one_label, bool):
            raise ValueError(f'one_label: expected True or False, found {one_label!r}.')
        if type(one_label_seed) is not int or one_label_seed < 0:
            raise ValueError(
                f'one_label_seed: expected a number from 0 on, found {one_label_seed!r}.'
            )
        built = self._build_tasks(tasks)
        root = self.default_root if data_root is None else data_root
        class_set, metainfo = choose_classes(self.class_set, built, metainfo, label_readers or ())
        readers = of_tasks(built, self.layout_readers(class_set, root))
        own = {self.own_tasks[name].path_key: at for name, at in self.label_folders.items()}
        self._one_label = one_label
        self._one_label_seed = one_label_seed
        super().__init__(
            tasks=built,
            data_prefix={'img_path': self.image_folder, **own, **(data_prefix or {})},
            img_suffix=self.image_suffix,
            label_suffix={
                **{name: end for name, end in self.label_suffixes.items() if name in built},
                **(label_suffix or {}),
            },
            label_readers=readers | dict(label_readers or {}),
            partly_labelled=partly_labelled,
            ann_file=self.split_file.format(split=split) if ann_file is None else ann_file,
            metainfo=metainfo,
            data_root=root,
            indices=indices,
            serialize_data=serialize_data,
            pipeline=pipeline,
            test_mode=test_mode,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
            backend_args=backend_args,
            cache=cache,
        )

    @abstractmethod
    def layout_readers(self, class_set: ClassSet, root: str) -> dict[str, Callable]:
        """Gives the readers of the benchmark's files.

        Args:
            class_set: The classes that are learned.
            root: Root of the data set.

        Returns:
            A reader for each of the benchmark's tasks whose kind has another one.
        """

    def load_data_list(self) -> list[dict]:
        """Lists the samples, see :meth:`MultiTaskDataset.load_data_list`.

        Returns:
            One dict a sample; with ``one_label`` it has the file of one task alone.
        """
        samples = super().load_data_list()
        if self._one_label:
            for sample in samples:
                self._keep_one(sample)
        return samples

    def _keep_one(self, sample: dict) -> None:
        name = sample['img_path'].rpartition('/')[2][: -len(self.img_suffix)]
        keys = [task.path_key for task in self.tasks.values() if task.path_key in sample]
        seed = (self._one_label_seed, zlib.crc32(name.encode()))
        kept = keys[np.random.default_rng(seed).integers(len(keys))] if keys else None
        for key in keys:
            if key != kept:
                del sample[key]

    def _build_tasks(self, given: Tasks | None) -> dict[str, Task]:
        if given is None:
            return dict(self.own_tasks)
        if isinstance(given, (str, Mapping)):
            return build_tasks(given)
        names = list(given)
        if not names or not all(name in self.own_tasks for name in names):
            return build_tasks(names)
        return build_tasks({name: self.own_tasks[name] for name in names})
