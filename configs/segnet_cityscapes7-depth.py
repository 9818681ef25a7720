# Single task: the paper's baseline for inverse depth.
_base_ = [
    './_base_/models/segnet-depth.py',
    './_base_/datasets/cityscapes7-depth.py',
    './_base_/schedules/mtan_200e.py',
    './_base_/default_runtime.py',
]
