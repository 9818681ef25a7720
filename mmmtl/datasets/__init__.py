from mmmtl.datasets import readers, transforms
from mmmtl.datasets.cityscapes import CityscapesMultiTaskDataset
from mmmtl.datasets.collation import shared_collate
from mmmtl.datasets.concat_dataset import MultiTaskConcatDataset
from mmmtl.datasets.multi_task_dataset import MultiTaskDataset
from mmmtl.datasets.nyud import NYUDMultiTaskDataset
from mmmtl.datasets.nyuv2 import NYUv2MultiTaskDataset
from mmmtl.datasets.pascal_context import PascalContextMultiTaskDataset
from mmmtl.datasets.visual_decathlon import VisualDecathlonDataset

__all__ = [
    'CityscapesMultiTaskDataset',
    'MultiTaskConcatDataset',
    'MultiTaskDataset',
    'NYUDMultiTaskDataset',
    'NYUv2MultiTaskDataset',
    'PascalContextMultiTaskDataset',
    'VisualDecathlonDataset',
    'readers',
    'shared_collate',
    'transforms',
]
