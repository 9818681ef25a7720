from __future__ import annotations

from collections.abc import Callable

from mmseg.registry import DATASETS

from mmmtl.datasets.benchmark_folder import BenchmarkFolderDataset
from mmmtl.datasets.class_set import IGNORED, ClassSet
from mmmtl.datasets.nyuv2_labels import CLASS_SETS
from mmmtl.datasets.readers import GreyMaskReader, IdMapReader
from mmmtl.tasks import DEPTH, NORMAL, SEG, BoundaryTask, ScalarTask

_FULL = CLASS_SETS[40]


@DATASETS.register_module()
class NYUDMultiTaskDataset(BenchmarkFolderDataset):
    """NYUD-MT, the benchmark of the cross-task decoders: 40 classes, depth, normals and edges.

    The folder ``NYUD_MT`` is read as it is distributed::

        images/<id>.png            8-bit RGB
        gt_sets/{train,val}.txt    ids, one a line
        segmentation/<id>.png      0 is ignored, 1 to 40 are the classes
        depth/<id>.npy             (H, W), metres, floats of any size; 0 is invalid
        normals/<id>.png           (x, y, z) / 2 + 0.5 of 255
        edge/<id>.png              0 and 255, or 0 and 1; greys between are probabilities

    The tasks are called ``seg``, ``depth``, ``normal`` and ``edge``. Arguments are those of
    :class:`~mmmtl.datasets.benchmark_folder.BenchmarkFolderDataset`; ``data_root`` defaults to
    ``'data/NYUD_MT'``.
    """

    prepare_hint = (
        'NYUD_MT is distributed with the code of '
        'https://github.com/SimonVandenhende/Multi-Task-Learning-PyTorch: images, gt_sets, '
        'segmentation, depth, normals and edge. Or write the embedded synthetic set with\n'
        '    python -m mmmtl_scenes rooms {data_root} --format nyud'
    )
    default_root = 'data/NYUD_MT'
    own_tasks = {
        'seg': SEG,
        'depth': ScalarTask(name=DEPTH.name, unit='depth'),
        'normal': NORMAL,
        'edge': BoundaryTask(name='edge'),
    }
    class_set = ClassSet(
        classes=_FULL.classes,
        palette=_FULL.palette,
        table={0: IGNORED, **{i + 1: i for i in range(len(_FULL.classes))}, IGNORED: IGNORED},
    )
    split_file = 'gt_sets/{split}.txt'
    image_folder, image_suffix = 'images', '.png'
    label_folders = {
        'seg': 'segmentation',
        'depth': 'depth',
        'normal': 'normals',
        'edge': 'edge',
    }
    label_suffixes = {'normal': '.png'}

    def layout_readers(self, class_set: ClassSet, root: str) -> dict[str, Callable]:
        """Gives the readers of the benchmark's files.

        Args:
            class_set: The classes that are learned.
            root: Not read.

        Returns:
            Those of classes and edges.
        """
        return {'seg': IdMapReader(class_set.table), 'edge': GreyMaskReader(ones=True)}
