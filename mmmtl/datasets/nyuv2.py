from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mmseg.registry import DATASETS

from mmmtl.datasets.class_choice import choose_classes
from mmmtl.datasets.conversion.nyuv2_file import OFFICIAL_SIZE, nyuv2_camera
from mmmtl.datasets.depth_camera import DepthCamera
from mmmtl.datasets.multi_task_dataset import MultiTaskDataset
from mmmtl.datasets.nyuv2_labels import CLASS_SETS
from mmmtl.datasets.readers import IdMapReader
from mmmtl.datasets.task_reader import of_tasks
from mmmtl.tasks import DEPTH, NORMAL, SEG, Tasks, build_tasks

_FOLDERS = {
    'img_path': '{split}/image',
    SEG.path_key: '{split}/label',
    DEPTH.path_key: '{split}/depth',
    NORMAL.path_key: '{split}/normal',
}
_VOID = -1


@DATASETS.register_module()
class NYUv2MultiTaskDataset(MultiTaskDataset):
    """NYUv2 with semantic classes, depth and surface normals.

    The layout is that of the MTAN authors (https://github.com/lorenmt/mtan), whose own files are
    read as well as those of ``tools/dataset_converters/nyuv2.py``::

        <split>/image/<i>.npy     (H, W, 3), RGB: floats in [0, 1], or uint8
        <split>/label/<i>.npy     (H, W), -1 is void
        <split>/depth/<i>.npy     (H, W, 1), metres, 0 invalid
        <split>/normal/<i>.npy    (H, W, 3), x right, y down, z forward, (0, 0, 0) invalid

    Args:
        split: ``'train'`` or ``'val'``, which is the official test split. Defaults to ``'train'``.
        tasks: The tasks whose labels are read, see :class:`MultiTaskDataset`. Defaults to
            ``('seg', 'depth', 'normal')``.
        num_classes: 13 or 40, see :data:`~mmmtl.datasets.nyuv2_labels.CLASS_SETS`; the files hold
            the classes that they were converted to. Defaults to 13.
        depth_unit: Unit of the depth task, ``'depth'``: the files hold metres.
        data_root: Root of the data set. Defaults to ``'data/nyuv2'``.
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
        'Either download nyu_depth_v2_labeled.mat and splits.mat of '
        'https://cs.nyu.edu/~silberman/datasets/nyu_depth_v2.html and convert them with\n'
        '    python -m mmmtl data nyuv2 nyu_depth_v2_labeled.mat '
        '--splits splits.mat --out {data_root}\n'
        'or write the embedded synthetic set with\n'
        '    python -m mmmtl data rooms {data_root}'
    )

    camera = DepthCamera(nyuv2_camera(OFFICIAL_SIZE), OFFICIAL_SIZE)

    def __init__(
        self,
        split: str = 'train',
        tasks: Tasks = (SEG.name, DEPTH.name, NORMAL.name),
        num_classes: int = 13,
        depth_unit: str = 'depth',
        data_root: str = 'data/nyuv2',
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
            ('split', split, ('train', 'val')),
            ('num_classes', num_classes, tuple(CLASS_SETS)),
            ('depth_unit', depth_unit, ('depth',)),
        ):
            if value not in choices:
                raise ValueError(f'{name}: expected one of {choices}, found {value!r}.')
        tasks = build_tasks(tasks)
        full = CLASS_SETS[num_classes]
        class_set, metainfo = choose_classes(full, tasks, metainfo, label_readers or ())
        folders = {key: folder.format(split=split) for key, folder in _FOLDERS.items()}
        ids = {_VOID: class_set.void, **full.places_in(class_set.classes)}
        super().__init__(
            tasks=tasks,
            data_prefix={**folders, **(data_prefix or {})},
            img_suffix='.npy',
            label_suffix=dict.fromkeys(tasks, '.npy') | dict(label_suffix or {}),
            label_readers=of_tasks(tasks, {SEG.name: IdMapReader(ids)}) | dict(label_readers or {}),
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
