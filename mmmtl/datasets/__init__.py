from mmmtl.datasets import readers, transforms
from mmmtl.datasets.cityscapes import CityscapesMultiTaskDataset
from mmmtl.datasets.multi_task_dataset import MultiTaskDataset

__all__ = ['CityscapesMultiTaskDataset', 'MultiTaskDataset', 'readers', 'transforms']
