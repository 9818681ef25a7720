from __future__ import annotations

import logging
import os.path as osp
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mmengine.logging import print_log
from mmseg.registry import DATASETS

from mmmtl.compat.scope import registry_scope
from mmmtl.datasets.argument_types import check_indices, check_task_keys, check_types
from mmmtl.datasets.cached_dataset import CachedDataset
from mmmtl.datasets.class_choice import check_classes, check_mapping, classes_of, read_classes
from mmmtl.datasets.label_listing import check_labels, check_sources, list_labels, place_of
from mmmtl.datasets.readers import IdMapReader
from mmmtl.datasets.sample_files import (
    Suffixes,
    check_files,
    list_files,
    listed_names,
    suffix_text,
)
from mmmtl.datasets.stored_palette import stored_palette
from mmmtl.datasets.task_reader import build_task_reader
from mmmtl.datasets.transforms import check_pipeline
from mmmtl.some_of import some_of
from mmmtl.tasks import (
    IGNORED,
    SEG,
    Task,
    Tasks,
    build_tasks,
    complete_tasks,
    get_depth_unit,
    task_definitions,
)


@DATASETS.register_module()
class MultiTaskDataset(CachedDataset):
    """Joins an image to one label file per task.

    An image ``<img_path prefix>/<name><img_suffix>`` belongs to the labels
    ``<prefix of the task>/<name><suffix of the task>``; names may lie in sub-folders. A pipeline
    finds the paths under the tasks' path keys (``seg_map_path``, ``depth_map_path``, ...), and
    reads them with :class:`~mmmtl.datasets.transforms.LoadMultiTaskAnnotations`.

    Args:
        tasks: The tasks whose labels are read: names of known tasks, or a definition for each
            name, see :mod:`mmmtl.tasks`.
        data_prefix: Folder of the images (key ``img_path``) and of each task's labels (the tasks'
            path keys), relative to ``data_root``. A task of the whole image has its labels in one
            ``.csv`` or ``.json`` file, or in the names of folders, see
            :func:`~mmmtl.datasets.label_listing.list_labels`.
        img_suffix: End of the images' file names, or a list of ends; ``.JPG`` is taken for
            ``.jpg``, as with labels. Defaults to ``'.jpg'``.
        label_suffix: End of the label files' names, by task. Defaults to ``'.png'`` for classes and
            masks, ``'.npy'`` for numbers and ``img_suffix`` for what is of the whole image.
        label_readers: Reader of the label files (or its config), by task. Defaults to the task's
            ``reader``, or the one that suits its kind (:mod:`mmmtl.datasets.readers`). A config
            need not repeat what the task says, such as its ``invalid`` number.
        partly_labelled: Names of the tasks of which an image may lack the label file. Defaults to
            none: a missing file is an error.
        skip_unpaired_labels: Whether label files without an image are left out, and counted in the
            log. Defaults to False: they are an error. With ``ann_file`` they are not looked for.
        depth_unit: Unit of the depths of a task that states none, see
            :data:`mmmtl.tasks.DEPTH_UNITS`. Defaults to ``'depth'``, metres.
        reduce_zero_label: For the default reader of ``seg``: whether id 0 is ignored and the others
            move down by one. Defaults to False.
        ann_file: File that lists the names to use, one a line. Defaults to all images.
        metainfo: Meta information, such as ``classes`` and ``palette``. Where no palette is stated,
            colours are those of the first label file, if it is a picture with a palette, else well
            separated ones. The classes of a subclass with ``METAINFO`` are those of the files'
            ids, which are then mapped by the names that are given here. Defaults to none.
        data_root: Root of ``data_prefix`` and ``ann_file``. Defaults to none.
        indices: Use only the first so many samples, or those of these indices. Defaults to all.
        serialize_data: Whether workers share one serialised list of samples. Defaults to True.
        pipeline: Transforms of a sample. Defaults to none.
        test_mode: Whether the set is for evaluation. Defaults to False.
        lazy_init: Whether the list of samples is only made when it is needed. Defaults to False.
        max_refetch: How many others are tried when the pipeline gives None. Defaults to 1000.
        backend_args: Arguments of mmengine's file backend. Defaults to None: by the path.
        cache: Whether samples are decoded once for all workers and processes of a machine: True
            keeps them in memory while they are used, a folder there until the machine restarts; see
            :class:`~mmmtl.datasets.caching.SampleCache`. Defaults to False.

    Raises:
        FileNotFoundError: If a folder, a label file or the image of one is missing.
        OSError: If there is no room for the cache (ENOSPC).
        ValueError: If a task is unknown, a task's folder is not given, a reader or the classes of
            ``metainfo`` contradict the task, there is no image, or the pipeline would corrupt
            labels (see :func:`~mmmtl.datasets.transforms.check_pipeline`).
    """

    prepare_hint = ''
    """How to get the data, said when folders are missing."""

    @registry_scope()
    def __init__(
        self,
        tasks: Tasks,
        data_prefix: Mapping[str, str],
        img_suffix: Suffixes = '.jpg',
        label_suffix: Mapping[str, str] | None = None,
        label_readers: Mapping[str, dict | Callable] | None = None,
        partly_labelled: Sequence[str] = (),
        skip_unpaired_labels: bool = False,
        depth_unit: str = 'depth',
        reduce_zero_label: bool = False,
        ann_file: str = '',
        metainfo: Mapping[str, Any] | None = None,
        data_root: str | None = None,
        indices: int | Sequence[int] | None = None,
        serialize_data: bool = True,
        pipeline: Sequence[dict | Callable] = (),
        test_mode: bool = False,
        lazy_init: bool = False,
        max_refetch: int = 1000,
        backend_args: dict | None = None,
        cache: str | bool = False,
    ) -> None:
        self.tasks: dict[str, Task] = build_tasks(tasks)
        if indices is not None and (indices == 0 or indices == []):
            raise ValueError(f'indices: expected at least one sample, found {indices}.')
        get_depth_unit(depth_unit)
        check_types(data_prefix, img_suffix, label_suffix)
        needed = ['img_path', *(task.path_key for task in self.tasks.values())]
        lacking = [key for key in needed if key not in data_prefix]
        if lacking:
            raise ValueError(
                f'data_prefix: expected a folder for each of {needed}, found none for {lacking}.'
            )
        self._label_suffix = dict(label_suffix or {})
        self._given_readers = dict(label_readers or {})
        self._partly_labelled = tuple(partly_labelled)
        self._skip_unpaired_labels = skip_unpaired_labels
        check_task_keys(
            self.tasks,
            label_suffix=self._label_suffix,
            label_readers=self._given_readers,
            partly_labelled=self._partly_labelled,
        )
        metainfo = {**classes_of(self.tasks, self.METAINFO), **read_classes(metainfo)}
        check_classes(self.tasks, metainfo)
        super().__init__(
            ann_file=ann_file,
            img_suffix=img_suffix,
            metainfo=metainfo,
            data_root=data_root,
            data_prefix={key: data_prefix[key] for key in needed},
            indices=indices,
            serialize_data=serialize_data,
            pipeline=list(pipeline),
            test_mode=test_mode,
            lazy_init=True,  # until the readers are known
            max_refetch=max_refetch,
            reduce_zero_label=reduce_zero_label,
            backend_args=backend_args,
        )
        check_mapping(metainfo, label_map=self.label_map, reduce_zero_label=reduce_zero_label)
        check_pipeline(self.pipeline.transforms, self.tasks.values())
        self.cache = cache
        self.check_cache()
        # Not given as metainfo above: mmengine takes a string there for the name of a file.
        self._metainfo['depth_unit'] = depth_unit
        self.tasks = {
            name: replace(task, reader=self._build_reader(task))
            for name, task in complete_tasks(self.tasks, self._metainfo).items()
        }
        self._metainfo['tasks'] = task_definitions(self.tasks)
        self.colors_of_files: set[str] = set()
        if not lazy_init:
            self.full_init()

    def full_init(self) -> None:
        """Makes the list of samples, opens their cache and looks for the colours of classes."""
        super().full_init()
        info, given = super().get_data_info(0), self.tasks
        self.tasks = {
            name: task.with_palette(stored_palette(task, info, self.backend_args))
            for name, task in self.tasks.items()
        }
        self.colors_of_files |= {name for name, one in self.tasks.items() if one is not given[name]}
        self._metainfo['tasks'] = task_definitions(self.tasks)

    def load_data_list(self) -> list[dict]:
        """Lists the samples and checks that each has all of its files.

        Returns:
            One dict a sample, with ``img_path`` and the tasks' path keys.

        Raises:
            FileNotFoundError: If a folder, a label file, a listed image or that of a label file is
                missing.
            ValueError: If there is no image, two files have one name, or ``indices`` are not
                those of samples.
        """
        self._check_folders()
        img_dir = self.data_prefix['img_path']
        images = list_files(img_dir, self.img_suffix, self.backend_args)
        names = listed_names(self._title, self.ann_file, self.backend_args)
        if names is None:
            names = sorted(images)
        else:
            check_files(self._title, img_dir, self.img_suffix, names, images)
        if not names:
            raise ValueError(
                f'{self._title}: empty split, expected images '
                f'*{suffix_text(self.img_suffix)} below {img_dir}'
                + (f' listed in {self.ann_file}.' if self.ann_file else ', found none.')
            )
        samples = [dict(img_path=osp.join(img_dir, images[name]), seg_fields=[]) for name in names]
        for task in self.tasks.values():
            source, suffix = self.data_prefix[task.path_key], self._suffix_of(task)
            labels = self._labels_of(task)
            if task.name not in self._partly_labelled or labels.keys().isdisjoint(names):
                check_labels(self._title, task, source, suffix, names, labels)
            if not self.ann_file:
                unpaired = sorted(labels.keys() - images.keys())
                self._handle_unpaired(task.name, [place_of(task, n, labels[n]) for n in unpaired])
            for name, sample in zip(names, samples, strict=True):
                sample.update(labels.get(name, {}))
        check_indices(self._indices, len(samples))
        return samples

    def get_data_info(self, idx: int) -> dict:
        """Gives what is known of a sample before its files are read.

        Args:
            idx: Index of the sample.

        Returns:
            The sample's paths, the data set's ``tasks`` with their readers, ``depth_unit`` and
            ``backend_args``.
        """
        return super().get_data_info(idx) | dict(
            tasks=self.tasks,
            depth_unit=self._metainfo['depth_unit'],
            backend_args=self.backend_args,
        )

    @property
    def _title(self) -> str:
        return type(self).__name__

    def _labels_of(self, task: Task) -> dict[str, dict[str, Any]]:
        source, suffix = self.data_prefix[task.path_key], self._suffix_of(task)
        return list_labels(task, source, suffix, self.backend_args)

    def _check_folders(self) -> None:
        sources = {task: self.data_prefix[task.path_key] for task in self.tasks.values()}
        hint = self.prepare_hint.format(data_root=self.data_root)
        check_sources(self._title, self.data_prefix['img_path'], sources, hint, self.backend_args)

    def _suffix_of(self, task: Task) -> Suffixes:
        return self._label_suffix.get(task.name, task.default_suffix or self.img_suffix)

    def _build_reader(self, task: Task) -> Callable:
        given = self._given_readers.get(task.name, task.reader)
        if given is None and task.map_key == SEG.map_key:
            return IdMapReader(self._default_table(self.reduce_zero_label))
        has_names_of_set = task.holds_ids and task != self.tasks[task.name]
        if given is None and has_names_of_set and self.label_map:
            return IdMapReader(self._default_table())
        return build_task_reader(task.default_reader() if given is None else given, task)

    def _update_palette(self) -> list:
        """Chooses the colours of the class's own palette by the classes' names."""
        names, colors = (self.METAINFO.get(key, ()) for key in ('classes', 'palette'))
        if self.label_map and colors and self._metainfo.get('palette') == colors:
            by_name = dict(zip(names, colors, strict=True))
            return [by_name[name] for name in self._metainfo['classes']]
        stated = bool(self._metainfo.get('palette'))
        return super()._update_palette() if stated else []  # mmseg's would be random

    def _default_table(self, reduce_zero_label: bool = False) -> dict[int, int]:
        """Ids as stored, moved by ``reduce_zero_label``, then mapped as mmseg maps them."""
        stored = len(self.METAINFO.get('classes', self._metainfo['classes']))
        if stored == 0:
            raise ValueError(
                f'{self._title}: metainfo needs `classes`, or the task a reader in label_readers.'
            )
        first = int(reduce_zero_label)
        table = {first + i: (self.label_map or {}).get(i, i) for i in range(stored)}
        return {**({0: IGNORED} if first else {}), **table, IGNORED: IGNORED}

    def _handle_unpaired(self, task: str, places: list[str]) -> None:
        if not places:
            return
        found = (
            f'{self._title}: {len(places)} label(s) of {task} without an image '
            f'*{suffix_text(self.img_suffix)} below {self.data_prefix["img_path"]}'
        )
        if not self._skip_unpaired_labels:
            raise FileNotFoundError(
                f'{found}: {some_of(places)}; skip_unpaired_labels=True leaves them out.'
            )
        print_log(f'{found} are left out.', logger='current', level=logging.WARNING)
