from mmmtl.datasets.transforms.compatibility import check_pipeline
from mmmtl.datasets.transforms.formatting import PackMultiTaskInputs
from mmmtl.datasets.transforms.load_features import LoadFeatures
from mmmtl.datasets.transforms.loading import LoadMultiTaskAnnotations, LoadMultiTaskImage
from mmmtl.datasets.transforms.pad import MultiTaskPad
from mmmtl.datasets.transforms.random_cut_out import MultiTaskRandomCutOut
from mmmtl.datasets.transforms.random_flip import MultiTaskRandomFlip
from mmmtl.datasets.transforms.random_resize import MultiTaskRandomResize
from mmmtl.datasets.transforms.random_rotate import MultiTaskRandomRotate
from mmmtl.datasets.transforms.random_scale_crop import RandomScaleCrop
from mmmtl.datasets.transforms.reduce_resolution import ReduceResolution

__all__ = [
    'LoadFeatures',
    'LoadMultiTaskAnnotations',
    'LoadMultiTaskImage',
    'MultiTaskPad',
    'MultiTaskRandomCutOut',
    'MultiTaskRandomFlip',
    'MultiTaskRandomResize',
    'MultiTaskRandomRotate',
    'PackMultiTaskInputs',
    'RandomScaleCrop',
    'ReduceResolution',
    'check_pipeline',
]
