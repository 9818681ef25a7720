from mmmtl.datasets import readers, transforms
from mmmtl.datasets.cityscapes import CityscapesMultiTaskDataset
from mmmtl.datasets.concat_dataset import MultiTaskConcatDataset
from mmmtl.datasets.multi_task_dataset import MultiTaskDataset
from mmmtl.datasets.nyuv2 import NYUv2MultiTaskDataset
from mmmtl.datasets.visual_decathlon import VisualDecathlonDataset

__all__ = [
    'CityscapesMultiTaskDataset',
    'MultiTaskConcatDataset',
    'MultiTaskDataset',
    'NYUv2MultiTaskDataset',
    'VisualDecathlonDataset',
    'readers',
    'transforms',
]
