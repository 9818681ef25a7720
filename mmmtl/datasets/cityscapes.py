from __future__ import annotations

import os.path as osp
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from mmengine import fileio
from mmseg.registry import DATASETS

from mmmtl.datasets.cityscapes_labels import CLASS_SETS
from mmmtl.datasets.class_choice import choose_classes
from mmmtl.datasets.class_set import ClassSet
from mmmtl.datasets.depth_camera import CITYSCAPES_VIEW
from mmmtl.datasets.multi_task_dataset import MultiTaskDataset
from mmmtl.datasets.readers import IdMapReader, NormalReader
from mmmtl.datasets.sample_files import list_files
from mmmtl.datasets.task_reader import of_tasks
from mmmtl.tasks import DEPTH, NORMAL, SEG, Tasks, build_tasks


class _Layout(NamedTuple):
    """Where files lie; ``{split}``, ``{num_classes}`` and ``{annotations}`` are filled in."""

    folders: dict[str, str]
    img_suffix: str
    label_suffix: dict[str, str]


_LAYOUTS = {
    'official': _Layout(
        folders={
            'img_path': 'leftImg8bit/{split}',
            SEG.path_key: '{annotations}/{split}',
            DEPTH.path_key: 'disparity/{split}',
            NORMAL.path_key: 'normal/{split}',
        },
        img_suffix='_leftImg8bit.png',
        label_suffix={
            SEG.name: '_{annotations}_labelIds.png',
            DEPTH.name: '_disparity.png',
            NORMAL.name: '_normal.npy',
        },
    ),
    'mtan': _Layout(
        folders={
            'img_path': '{split}/image',
            SEG.path_key: '{split}/label_{num_classes}',
            DEPTH.path_key: '{split}/depth',
        },
        img_suffix='.npy',
        label_suffix={SEG.name: '.npy', DEPTH.name: '.npy'},
    ),
}

_SPLITS = {
    'official': ('train', 'val', 'test', 'train_extra'),
    'mtan': ('train', 'val', 'test'),
}


@DATASETS.register_module()
class CityscapesMultiTaskDataset(MultiTaskDataset):
    """CityScapes with semantic classes and inverse depth.

    Two layouts are read. ``'official'`` is the one that CityScapes is distributed in, of any image
    size::

        leftImg8bit/<split>/<city>/<name>_leftImg8bit.png
        gtFine/<split>/<city>/<name>_gtFine_labelIds.png   or gtCoarse, also in the name
        disparity/<split>/<city>/<name>_disparity.png      16 bit, p = 256 disparity + 1, 0 invalid
        camera/<split>/<city>/<name>_camera.json           optional: baseline and focal length
        normal/<split>/<city>/<name>_normal.npy            only in the embedded street scenes

    ``'mtan'`` is the pre-processed one of the MTAN authors (https://github.com/lorenmt/mtan)::

        <split>/image/<i>.npy                (H, W, 3), RGB in [0, 1]
        <split>/label_2|label_7|label_19/<i>.npy   (H, W), -1 is void
        <split>/depth/<i>.npy                (H, W, 1), p / 65535, 0 invalid

    Args:
        split: ``'train'``, ``'val'``, ``'test'`` or ``'train_extra'`` (coarse annotations only).
            Defaults to ``'train'``.
        tasks: The tasks whose labels are read, see :class:`MultiTaskDataset`. Defaults to
            ``('seg', 'depth')``.
        num_classes: 2, 7 or 19, see :data:`~mmmtl.datasets.cityscapes_labels.CLASS_SETS`. Defaults
            to 7.
        depth_unit: Unit of the depth task, see :data:`mmmtl.tasks.DEPTH_UNITS`. Defaults to
            ``'mtan'``, p / 65535, in which published absolute errors are printed.
        layout: ``'official'`` or ``'mtan'``. Defaults to ``'official'``.
        annotations: ``'gtFine'`` or ``'gtCoarse'``, in the official layout. Defaults to None:
            coarse ones for ``'train_extra'``, which has no others, else fine ones.
        data_root: Root of the data set. Defaults to ``'data/cityscapes'``.
        data_prefix: Folders that differ from the layout's, and those of further tasks, by
            ``img_path`` and the tasks' path keys. Defaults to none.
        label_suffix: Ends of label files' names that differ from the layout's, and those of further
            tasks, by task. Defaults to none.
        label_readers: Readers in place of the layout's, and those of further tasks, by task.
            Defaults to none.
        partly_labelled: Names of the tasks of which an image may lack the label file. Defaults to
            none: a missing file is an error.
        skip_unpaired_labels: See :class:`MultiTaskDataset`. Defaults to False.
        ann_file: See :class:`MultiTaskDataset`, as for the arguments that follow.
        metainfo: Overrides of the meta information. ``classes`` may be some of the classes, in any
            order, or a file that lists them: ids are mapped by these names, as mmseg's
            ``label_map`` does, and the other classes are ignored.
        indices: Use only the first so many samples, or those of these indices.
        serialize_data: Whether workers share one serialised list of samples.
        pipeline: Transforms of a sample.
        test_mode: Whether the set is for evaluation.
        lazy_init: Whether the list of samples is only made when it is needed.
        max_refetch: How many other samples are tried when the pipeline gives None.
        backend_args: Arguments of mmengine's file backend.
        cache: Where decoded samples are kept, see :class:`MultiTaskDataset`.

    Raises:
        FileNotFoundError: If a folder or a label file is missing.
        ValueError: If an argument is not one of those named above, there is no class of a name, or
            the split is empty.
    """

    prepare_hint = (
        'Either unpack leftImg8bit_trainvaltest.zip, gtFine_trainvaltest.zip and '
        'disparity_trainvaltest.zip of https://www.cityscapes-dataset.com into a folder SRC and '
        'reduce them for fast training with\n'
        '    python -m mmmtl data cityscapes SRC {data_root} --size 128x256\n'
        'or write the embedded synthetic set with\n'
        '    python -m mmmtl data streets {data_root}\n'
        "(the MTAN authors' pre-processed .npy files need layout='mtan')."
    )

    camera = CITYSCAPES_VIEW

    def __init__(
        self,
        split: str = 'train',
        tasks: Tasks = (SEG.name, DEPTH.name),
        num_classes: int = 7,
        depth_unit: str = 'mtan',
        layout: str = 'official',
        annotations: str | None = None,
        data_root: str = 'data/cityscapes',
        data_prefix: Mapping[str, str] | None = None,
        label_suffix: Mapping[str, str] | None = None,
        label_readers: Mapping[str, dict | Callable] | None = None,
        partly_labelled: Sequence[str] = (),
        skip_unpaired_labels: bool = False,
        ann_file: str = '',
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
        for name, value, choices in (
            ('layout', layout, tuple(_LAYOUTS)),
            ('split', split, _SPLITS.get(layout, ())),
            ('num_classes', num_classes, tuple(CLASS_SETS)),
            ('annotations', annotations, _annotations(layout, split)),
        ):
            if value not in choices:
                raise ValueError(f'{name}: expected one of {choices}, found {value!r}.')
        annotations = annotations or _annotations(layout, split)[-1]
        tasks = build_tasks(tasks)
        full = CLASS_SETS[num_classes]
        class_set, metainfo = choose_classes(full, tasks, metainfo, label_readers or ())
        files = _LAYOUTS[layout]
        folders = {
            key: folder.format(split=split, num_classes=num_classes, annotations=annotations)
            for key, folder in files.folders.items()
        }
        self._camera_dir = osp.join(data_root, 'camera', split)
        super().__init__(
            tasks=tasks,
            data_prefix={**folders, **(data_prefix or {})},
            img_suffix=files.img_suffix,
            label_suffix={
                k: v.format(annotations=annotations)
                for k, v in files.label_suffix.items()
                if k in tasks
            }
            | dict(label_suffix or {}),
            label_readers=of_tasks(tasks, _readers(layout, full, class_set))
            | dict(label_readers or {}),
            partly_labelled=partly_labelled,
            skip_unpaired_labels=skip_unpaired_labels,
            depth_unit=depth_unit,
            ann_file=ann_file,
            metainfo=metainfo,
            data_root=data_root,
            indices=indices,
            serialize_data=serialize_data,
            pipeline=pipeline,
            test_mode=test_mode,
            lazy_init=lazy_init,
            max_refetch=max_refetch,
            backend_args=backend_args,
            cache=cache,
        )

    def load_data_list(self) -> list[dict]:
        """Lists the samples, with ``camera_path`` where there is a camera file.

        Returns:
            One dict a sample.
        """
        samples = super().load_data_list()
        if fileio.isdir(self._camera_dir, backend_args=self.backend_args):
            suffix = '_camera.json'
            cameras = list_files(self._camera_dir, suffix, self.backend_args)
            for sample in samples:
                image = osp.relpath(sample['img_path'], self.data_prefix['img_path'])
                name = image[: len(image) - len(self.img_suffix)]
                if name in cameras:
                    sample['camera_path'] = osp.join(self._camera_dir, cameras[name])
        return samples


def _annotations(layout: str, split: str) -> tuple[str | None, ...]:
    """Gives what ``annotations`` may be; None means the last one."""
    if layout == 'mtan':
        return (None,)
    return (None, 'gtCoarse') if split == 'train_extra' else (None, 'gtCoarse', 'gtFine')


def _readers(layout: str, full: ClassSet, class_set: ClassSet) -> dict[str, dict | Callable]:
    if layout == 'mtan':
        ids = {-1: class_set.void, **full.places_in(class_set.classes)}
        return {
            SEG.name: IdMapReader(ids),
            DEPTH.name: dict(type='PreprocessedInverseDepthReader'),
        }
    return {
        SEG.name: IdMapReader(class_set.table),
        DEPTH.name: dict(type='DisparityReader'),
        NORMAL.name: NormalReader(),
    }
