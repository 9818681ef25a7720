# Single task: MT-UNet's baseline for semantic segmentation.
_base_ = [
    './_base_/models/stunet-seg.py',
    './_base_/datasets/cityscapes7-seg.py',
    './_base_/schedules/mtunet_200e.py',
    './_base_/default_runtime.py',
]
