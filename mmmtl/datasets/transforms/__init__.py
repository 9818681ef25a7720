from mmmtl.datasets.transforms.formatting import PackMultiTaskInputs
from mmmtl.datasets.transforms.loading import LoadMultiTaskAnnotations, LoadMultiTaskImage
from mmmtl.datasets.transforms.random_flip import MultiTaskRandomFlip
from mmmtl.datasets.transforms.random_scale_crop import RandomScaleCrop
from mmmtl.datasets.transforms.reduce_resolution import ReduceResolution

__all__ = [
    'LoadMultiTaskAnnotations',
    'LoadMultiTaskImage',
    'MultiTaskRandomFlip',
    'PackMultiTaskInputs',
    'RandomScaleCrop',
    'ReduceResolution',
]
