# Single task: the paper's baseline for semantic segmentation.
_base_ = [
    './_base_/models/segnet-seg.py',
    './_base_/datasets/cityscapes7-seg.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
