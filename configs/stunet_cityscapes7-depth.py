# Single task: MT-UNet's baseline for inverse depth.
_base_ = [
    './_base_/models/stunet-depth.py',
    './_base_/datasets/cityscapes7-depth.py',
    './_base_/schedules/mtunet_200e.py',
    './_base_/default_runtime.py',
]
