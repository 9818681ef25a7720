# Single task with attention: semantic segmentation.
_base_ = [
    './_base_/models/stan_segnet-seg.py',
    './_base_/datasets/cityscapes7-seg.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
