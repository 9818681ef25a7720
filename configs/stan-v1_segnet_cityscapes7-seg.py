# Single task with attention, as in the preprint: semantic segmentation.
_base_ = [
    './_base_/models/stan-v1_segnet-seg.py',
    './_base_/datasets/cityscapes7-seg.py',
    './_base_/schedules/mtan-v1_150e.py',
    './_base_/default_runtime.py',
]
