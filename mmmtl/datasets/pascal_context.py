from __future__ import annotations

import os.path as osp
from collections.abc import Callable
from typing import Any

from mmengine import fileio
from mmseg.registry import DATASETS

from mmmtl.datasets.benchmark_folder import BenchmarkFolderDataset
from mmmtl.datasets.class_set import ClassSet
from mmmtl.datasets.label_listing import list_labels
from mmmtl.datasets.pascal_labels import PASCAL_CLASSES, part_classes
from mmmtl.datasets.readers import (
    ContextEdgeReader,
    ContextNormalReader,
    GreyMaskReader,
    IdMapReader,
    PersonPartsReader,
)
from mmmtl.tasks import NORMAL, SEG, BinaryTask, BoundaryTask, ClassTask, Task

PARTS = 'human_parts'
"""Folder of the parts of people below the data set's root."""

LABEL_MAPS = 'pascal-context/trainval'
"""Folder of the label maps below the data set's root."""

_CLASSES_OF_CONTEXT = 'semseg/pascal-context'

CONVERTED = 'converted'
"""Folder below the data set's root in which a conversion leaves its files."""


@DATASETS.register_module()
class PascalContextMultiTaskDataset(BenchmarkFolderDataset):
    """PASCAL-Context with the five tasks on which the cross-task decoders are compared.

    The folder ``PASCAL_MT`` is read as it is distributed::

        JPEGImages/<id>.jpg
        ImageSets/Context/{train,val}.txt   ids, one a line
        semseg/VOC12/<id>.png               21 classes, 0 background, 255 ignored; where it is not
        semseg/pascal-context/<id>.png      there: the same
        human_parts/<id>.mat                PASCAL-Part, see PersonPartsReader
        sal_distill/<id>.png                grey, above a half is salient
        normals_distill/<id>.png            (x, y, z) / 2 + 0.5 of 255, see ContextNormalReader
        pascal-context/trainval/<id>.mat    label maps, whose outlines are the edges
        db_info/{context,nyu}_classes.json  which classes have normals
        converted/                          what ``mmmtl data pascal-context`` has made, if it has

    The tasks are called ``seg``, ``parts``, ``saliency``, ``normal`` and ``edge``. An image without
    a person has no label of ``parts``: neither its loss nor its metric counts it. Arguments are
    those of :class:`~mmmtl.datasets.benchmark_folder.BenchmarkFolderDataset`; ``data_root``
    defaults to ``'data/PASCAL_MT'``.
    """

    prepare_hint = (
        'PASCAL_MT is distributed with the code of https://github.com/facebookresearch/astmt and '
        'https://github.com/SimonVandenhende/Multi-Task-Learning-PyTorch: images, splits and '
        'semseg of VOC 2010; human_parts of PASCAL-Part; pascal-context of PASCAL-Context; '
        'sal_distill and normals_distill, which networks have drawn. db_info is a folder of that '
        'code itself. '
        'Or write the embedded synthetic set with\n'
        '    python -m mmmtl_scenes streets {data_root} --format pascal'
    )
    default_root = 'data/PASCAL_MT'
    own_tasks = {
        'seg': SEG,
        'parts': ClassTask(name='parts', classes=part_classes(6)),
        'saliency': BinaryTask(name='saliency'),
        'normal': NORMAL,
        'edge': BoundaryTask(name='edge'),
    }
    class_set = PASCAL_CLASSES
    split_file = 'ImageSets/Context/{split}.txt'
    image_folder, image_suffix = 'JPEGImages', '.jpg'
    label_folders = {
        'seg': 'semseg/VOC12',
        'parts': PARTS,
        'saliency': 'sal_distill',
        'normal': 'normals_distill',
        'edge': LABEL_MAPS,
    }
    label_suffixes = {'parts': '.mat', 'normal': '.png', 'edge': '.mat'}

    def layout_readers(self, class_set: ClassSet, root: str) -> dict[str, Callable]:
        """Gives the readers of the benchmark's files.

        Args:
            class_set: The classes that are learned.
            root: Root of the data set.

        Returns:
            Those of all tasks.
        """
        folder = osp.join(root, CONVERTED)
        converted = folder if osp.isdir(folder) else None
        label_maps, lists = (osp.join(root, name) for name in (LABEL_MAPS, 'db_info'))
        return {
            'seg': IdMapReader(class_set.table),
            'parts': PersonPartsReader(converted=converted),
            'saliency': GreyMaskReader(threshold=0.5),
            'normal': ContextNormalReader(label_maps, lists, converted),
            'edge': ContextEdgeReader(converted),
        }

    def _labels_of(self, task: Task) -> dict[str, dict[str, Any]]:
        found = super()._labels_of(task)
        folder = osp.join(self.data_root or '', _CLASSES_OF_CONTEXT)
        is_own = self.data_prefix[task.path_key].endswith(self.label_folders['seg'])
        if is_own and fileio.isdir(folder, backend_args=self.backend_args):
            others = list_labels(task, folder, self._suffix_of(task), self.backend_args)
            found = others | found
        return found
